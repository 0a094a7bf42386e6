import{m as e,n as i}from"./chunk-NEWNS6B4.js";import"./chunk-7PW3H64P.js";import"./chunk-5OQG73CQ.js";import"./chunk-5XZYL2JA.js";export{e as RegisterTaskDefinitionRequest$,i as TaskDefinition$};
