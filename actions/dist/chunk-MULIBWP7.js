function i(n){return n.replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/g,"").replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g,"")}function a(n){return i(n).replace(/\s*\n\s*/g," ")}var l=500;function g(n){let t=a(n);return(t.length>l?`${t.slice(0,l-1)}\u2026`:t).replace(/[\\`*_[\]!|~$@]/g,"\\$&").replace(/^(\d*)([-+#.)=]+)(?=\s|$)/,"$1\\$2").replaceAll("&","&amp;").replaceAll("<","&lt;").replaceAll(">","&gt;").replace(/:(?=\/\/)/g,"&#58;")}function f(n){return`<code>${g(n)}</code>`}function m(n,t){let e=r=>`| ${r.join(" | ")} |`;return[e(n),e(n.map(()=>"---")),...t.map(e)].join(`
`)}function d(n,t="text"){let e=n.map(o=>i(o).slice(0,l)),r=Math.max(2,...e.flatMap(o=>[...o.matchAll(/`+/g)].map(([c])=>c.length))),s="`".repeat(r+1);return[`${s}${t}`,...e,s].join(`
`)}function x(n,t){return`<details><summary>${n}</summary>

${t}

</details>`}export{a,g as b,f as c,m as d,d as e,x as f};
