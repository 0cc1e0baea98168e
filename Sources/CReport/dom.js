"use strict";

/// An HTML element with properties, its children being elements or plain text.
function element(name, properties = {}, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
}

/// An SVG element with attributes.
function shape(name, attributes = {}, text = "") {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.textContent = text;
    return made;
}

/// The data that the page keeps inside `parent`.
function dataOf(parent) {
    return JSON.parse(parent.querySelector("script[type='application/json']").textContent);
}

/// The bytes behind base64 text.
function bytesOf(text) {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

function secondsText(seconds) {
    if (seconds < 0.0995) return `${(seconds * 1000).toFixed(seconds < 0.00995 ? 1 : 0)} ms`;
    if (seconds < 9.995) return `${seconds.toFixed(2)} s`;
    if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
    const total = Math.round(seconds);
    const two = (value) => String(value).padStart(2, "0");
    if (total < 3600) return `${Math.floor(total / 60)} min ${two(total % 60)} s`;
    return `${Math.floor(total / 3600)} h ${two(Math.floor((total % 3600) / 60))} min`;
}

function bytesText(bytes) {
    let power = 0;
    while (power < 4 && bytes >= 1024) {
        bytes /= 1024;
        power += 1;
    }
    const digits = power === 0 || bytes >= 100 ? 0 : 1;
    return `${bytes.toFixed(digits)} ${["B", "KiB", "MiB", "GiB", "TiB"][power]}`;
}
