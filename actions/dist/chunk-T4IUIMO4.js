function o(e){return typeof e=="object"&&e!==null&&!n(e)}function n(e){return Array.isArray(e)}export{o as a,n as b};
