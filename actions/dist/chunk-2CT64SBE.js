import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
var m={now:()=>Date.now(),sleep(t,e){return new Promise((r,n)=>{e?.throwIfAborted();let o=()=>{clearTimeout(s),n(e?.reason)},s=setTimeout(()=>{e?.removeEventListener("abort",o),r()},t);e?.addEventListener("abort",o,{once:!0})})}};export{m as a};
