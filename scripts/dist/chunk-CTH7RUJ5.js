function t(e){let n=e.AWS_ENDPOINT_URL_ECS||e.AWS_ENDPOINT_URL;if(!(!n||/^https?:\/\/[^/]*\.(amazonaws\.com|amazonaws\.com\.cn|aws)(:|\/|$)/.test(n)))return n}export{t as a};
