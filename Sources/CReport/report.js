"use strict";

/// A part that fails says so in its place and leaves the others alone.
function start(selector, Part) {
    for (const place of document.querySelectorAll(selector)) {
        try {
            new Part(place);
        } catch (error) {
            place.append(element("p", { className: "notice bad" }, `This part could not be shown: ${error.message}`));
            console.error(error);
        }
    }
}

start(".timeline", Timeline);
start(".player", Player);
start(".viewer", Viewer);
document.documentElement.dataset.ready = "";
