import{b as a}from"./chunk-NUHG6C7S.js";import"./chunk-5XZYL2JA.js";export{a as ecsClient};
