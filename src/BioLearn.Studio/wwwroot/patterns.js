// Squares to press: dragging over them, and the arrow keys from one to the next.
(() => {
    const squareOf = target => target?.closest?.("[data-squares] button[data-square]");
    let stroke = null;

    document.addEventListener("pointerdown", event => {
        const square = squareOf(event.target);
        if (!square || event.button !== 0) return;
        if (square.hasPointerCapture?.(event.pointerId)) square.releasePointerCapture(event.pointerId);
        stroke = { grid: square.closest("[data-squares]"), first: square, value: square.dataset.value, pressed: new Set(), dragged: false };
    });

    document.addEventListener("pointermove", event => {
        if (!stroke) return;
        if (event.buttons === 0) { stroke = null; return; }
        const square = squareOf(document.elementFromPoint(event.clientX, event.clientY));
        if (!square || square.closest("[data-squares]") !== stroke.grid || (square === stroke.first && !stroke.dragged)) return;
        const press = one => {
            if (stroke.pressed.has(one) || one.dataset.value !== stroke.value) return;
            stroke.pressed.add(one);
            one.click();
        };
        if (!stroke.dragged) { stroke.dragged = true; press(stroke.first); }
        press(square);
    });

    for (const end of ["pointerup", "pointercancel"])
        document.addEventListener(end, () => { if (stroke?.dragged) setTimeout(() => stroke = null); else stroke = null; });

    // A drag that ends where it began is no press of its own.
    document.addEventListener("click", event => { if (stroke?.dragged && event.isTrusted && squareOf(event.target)) { event.preventDefault(); event.stopImmediatePropagation(); } }, true);

    document.addEventListener("keydown", event => {
        const square = squareOf(event.target);
        if (!square) return;
        const grid = square.closest("[data-squares]"), side = Number(grid.dataset.squares), at = Number(square.dataset.square);
        const column = at % side;
        const next = { ArrowLeft: column > 0 ? at - 1 : at, ArrowRight: column < side - 1 ? at + 1 : at, ArrowUp: at - side, ArrowDown: at + side, Home: at - column, End: at - column + side - 1 }[event.key];
        if (next === undefined) return;
        event.preventDefault();
        grid.querySelector(`[data-square="${next}"]`)?.focus();
    });

    // The square that has the focus is the one that Tab comes back to.
    document.addEventListener("focusin", event => {
        const square = squareOf(event.target);
        if (!square) return;
        for (const other of square.closest("[data-squares]").querySelectorAll("[data-square]")) other.tabIndex = other === square ? 0 : -1;
    });
})();
