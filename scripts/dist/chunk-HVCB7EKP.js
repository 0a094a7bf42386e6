import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
function i(t){let e;return new Proxy({},{get:(o,n)=>async(...r)=>(e??=t(),(await e)[n]?.(...r))})}function c(t={}){return i(async()=>(await import("./ecs-HKIUNXBP.js")).ecsApi(t))}export{i as a,c as b};
