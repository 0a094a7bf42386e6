import{a,b}from"./chunk-HG73C777.js";import"./chunk-Q463U6NI.js";import"./chunk-T4IUIMO4.js";import"./chunk-YNARA75D.js";import"./chunk-5XZYL2JA.js";export{a as expandVariables,b as withEnvironment};
