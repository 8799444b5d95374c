// On the page for when the portal can't be reached: goes on by itself as soon as it answers again.
const look = () => fetch("/worker.js", { method: "HEAD", cache: "no-store" }).then(() => location.reload(), () => {});
addEventListener("online", look);
setInterval(look, 5000);
