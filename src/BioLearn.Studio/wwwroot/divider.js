// A picture drawn across another one: by its slider, or by a finger on the pictures. The page and galleries that it exports share this.
(() => {
    const cut = (figure, percent) => figure.style.setProperty("--cut", `${percent}%`);

    document.addEventListener("input", event => {
        if (event.target.dataset && "divide" in event.target.dataset) cut(event.target.closest("[data-divider]"), event.target.value);
    });

    const follow = event => {
        const pictures = event.target.closest?.("[data-divider] .two");
        if (!pictures || !(event.buttons & 1)) return;
        const box = pictures.getBoundingClientRect();
        const percent = Math.round(Math.min(100, Math.max(0, 100 * (event.clientX - box.left) / box.width)));
        const figure = pictures.closest("[data-divider]");
        figure.querySelector("[data-divide]").value = percent;
        cut(figure, percent);
    };
    document.addEventListener("pointerdown", follow);
    document.addEventListener("pointermove", follow);
    document.addEventListener("dragstart", event => { if (event.target.closest?.("[data-divider] .two")) event.preventDefault(); });
})();
