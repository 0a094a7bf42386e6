import{b as e,c as i}from"./chunk-J3ZVWROU.js";import"./chunk-7PW3H64P.js";import"./chunk-5OQG73CQ.js";import"./chunk-5XZYL2JA.js";export{e as RegisterTaskDefinitionRequest$,i as TaskDefinition$};
