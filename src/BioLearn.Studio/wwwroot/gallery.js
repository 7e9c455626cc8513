// A slider over levels, or steps, that were all drawn before: shows one of them, with the divider, if there is one, where it was.
document.addEventListener("input", event => {
    const slider = event.target;
    if (!slider.dataset || !("levels" in slider.dataset)) return;
    const box = slider.closest(".levels");
    const before = box.querySelector("[data-level]:not([hidden])"), after = box.querySelector(`[data-level="${slider.value}"]`);
    if (!after || before === after) return;
    const [from, to] = [before, after].map(level => level.querySelector("[data-divider]"));
    if (from && to) {
        to.style.setProperty("--cut", getComputedStyle(from).getPropertyValue("--cut"));
        to.querySelector("[data-divide]").value = from.querySelector("[data-divide]").value;
    }
    before.hidden = true;
    after.hidden = false;
    slider.setAttribute("aria-valuetext", after.dataset.words);
    box.querySelector("output").textContent = after.dataset.words;
});
