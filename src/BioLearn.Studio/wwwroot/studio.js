// What C# on the server cannot do in a browser: the theme, a drawing, the camera, the clipboard, a download. Everything else is Blazor's.
(() => {
    const root = document.documentElement;
    const theme = localStorage.getItem("biolearn-theme");
    if (theme) root.dataset.theme = theme;

    // A picture made here takes the same way as a dropped file.
    const hand = (field, blob, name) => {
        const input = document.getElementById(field);
        const files = new DataTransfer();
        files.items.add(new File([blob], name, { type: blob.type }));
        input.files = files.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
    };

    const wipe = pad => {
        const paper = pad.getContext("2d");
        paper.fillStyle = "#fff";
        paper.fillRect(0, 0, pad.width, pad.height);
        pad.dataset.begun = "1";
    };

    const draw = (pad, from, to) => {
        if (!pad.dataset.begun) wipe(pad);
        const paper = pad.getContext("2d");
        paper.lineWidth = 10;
        paper.lineCap = paper.lineJoin = "round";
        paper.strokeStyle = "#000";
        paper.beginPath();
        paper.moveTo(...from);
        paper.lineTo(...to);
        paper.stroke();
    };

    const place = (pad, event) => {
        const box = pad.getBoundingClientRect();
        return [(event.clientX - box.left) * pad.width / box.width, (event.clientY - box.top) * pad.height / box.height];
    };

    document.addEventListener("pointerdown", event => {
        const pad = event.target.closest?.("canvas[data-pad]");
        if (!pad) return;
        event.preventDefault();
        pad.setPointerCapture(event.pointerId);
        let last = place(pad, event);
        draw(pad, last, last);
        const move = next => { const at = place(pad, next); draw(pad, last, at); last = at; };
        pad.addEventListener("pointermove", move);
        for (const end of ["pointerup", "pointercancel"])
            pad.addEventListener(end, () => pad.removeEventListener("pointermove", move), { once: true });
    });

    const photograph = async field => {
        let stream;
        try {
            stream = await navigator.mediaDevices.getUserMedia({ video: true });
        } catch (problem) {
            alert(`The camera cannot be used: ${problem.message}`);
            return;
        }
        const dialog = document.createElement("dialog");
        dialog.className = "camera";
        dialog.innerHTML = '<video autoplay playsinline muted></video><div class="row"><button type="button" value="take">Take the picture</button><button type="button" class="quiet" value="leave">Leave it</button></div>';
        document.body.append(dialog);
        const video = dialog.querySelector("video");
        video.srcObject = stream;
        dialog.addEventListener("close", () => { stream.getTracks().forEach(track => track.stop()); dialog.remove(); });
        dialog.addEventListener("click", event => {
            if (event.target.value === "take") {
                const still = document.createElement("canvas");
                [still.width, still.height] = [video.videoWidth, video.videoHeight];
                still.getContext("2d").drawImage(video, 0, 0);
                still.toBlob(blob => hand(field, blob, "camera.png"), "image/png");
            }
            if (event.target.value) dialog.close();
        });
        dialog.showModal();
    };

    document.addEventListener("click", async event => {
        const button = event.target.closest?.("button");
        if (!button) return;
        const { padUse, padClear, field, camera, copy } = button.dataset;
        if (padClear) wipe(document.getElementById(padClear));
        if (padUse) {
            const pad = document.getElementById(padUse);
            if (!pad.dataset.begun) wipe(pad);
            pad.toBlob(blob => hand(field, blob, "drawing.png"), "image/png");
        }
        if (camera) await photograph(camera);
        if (copy) {
            const text = copy === "link" ? location.href : document.getElementById(copy).textContent;
            await navigator.clipboard.writeText(text).then(() => button.dataset.done = "copied", () => button.dataset.done = "select and copy it by hand");
            setTimeout(() => delete button.dataset.done, 1500);
        }
        if ("themeSwitch" in button.dataset) {
            const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
            localStorage.setItem("biolearn-theme", root.dataset.theme = dark ? "light" : "dark");
        }
        if ("reconnect" in button.dataset) Blazor.reconnect();
        if ("reload" in button.dataset) location.reload();
    });

    // A file that is dropped beside the fields would replace the page.
    for (const kind of ["dragover", "drop"])
        document.addEventListener(kind, event => { if (!event.target.closest?.("input[type=file]")) event.preventDefault(); });
})();
