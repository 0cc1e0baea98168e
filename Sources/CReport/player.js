"use strict";

/// Frames of a sequence beside their depth, with a slider and a button that plays them.
///
/// The data are `{frames: [[name, seconds or null, photo or null, depth]], rate}`, pictures being JPEG in base64 and `rate`
/// how many of these frames a second has.
class Player {
    constructor(place) {
        const { frames, rate } = dataOf(place);
        this.frames = frames;
        this.delay = 1000 / Math.min(Math.max(rate, 1), 60);
        this.images = frames.map((frame) => frame.slice(2).map((data) => data && Player.image(data)));
        this.hosts = place.querySelectorAll(".pair > div");
        this.slider = element("input", { type: "range", min: 0, max: frames.length - 1, value: 0 });
        this.slider.setAttribute("aria-label", "Frame");
        this.button = element("button", { type: "button", className: "play" }, "Play");
        this.label = element("output");
        place.querySelector(".controls").append(this.button, this.slider, this.label);
        this.slider.addEventListener("input", () => {
            this.pause();
            this.show(this.slider.valueAsNumber);
        });
        this.button.addEventListener("click", () => (this.timer ? this.pause() : this.play()));
        place.querySelector(".pair").addEventListener("click", () => (this.timer ? this.pause() : this.play()));
        place.addEventListener("keydown", (event) => this.press(event));
        this.show(0);
        for (const source of place.querySelectorAll("video source")) {
            source.addEventListener("error", () => {
                source.parentElement.replaceWith(element("p", { className: "soft" }, "This video is not beside the page."));
            });
        }
    }

    static image(data) {
        return element("img", { src: `data:image/jpeg;base64,${data}`, alt: "" });
    }

    show(index) {
        const [name, seconds] = this.frames[index];
        this.index = index;
        for (const host of this.hosts) {
            const isInput = host.dataset.shows === "input";
            const image = this.images[index][isInput ? 0 : 1];
            host.replaceChildren(...(image ? [image] : []));
            if (image) image.alt = `${isInput ? "Input" : "Depth"} of frame ${name}`;
        }
        this.slider.value = index;
        const text = seconds === null ? name : `${name} · ${seconds.toFixed(2)} s`;
        this.label.textContent = text;
        this.slider.setAttribute("aria-valuetext", text);
    }

    play() {
        this.button.textContent = "Pause";
        this.timer = setInterval(() => this.show((this.index + 1) % this.frames.length), this.delay);
    }

    pause() {
        clearInterval(this.timer);
        this.timer = undefined;
        this.button.textContent = "Play";
    }

    press(event) {
        if (event.target === this.button) return;
        if (event.key === " ") {
            event.preventDefault();
            this.button.click();
        }
    }
}
