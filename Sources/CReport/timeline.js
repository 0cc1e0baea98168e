"use strict";

/// When each chunk ran, a lane per node, and the memory of the process below on the same axis.
///
/// A block stands for one chunk or, in long lanes, for neighbouring ones: `[start, wall, cpu, peak, first, last, hits,
/// computed, waited, failed, key]` with times in seconds and memory in bytes.
class Timeline {
    static mostRows = 4;
    static memoryHeight = 88;

    constructor(place) {
        this.place = place;
        this.data = dataOf(place);
        this.lanes = this.data.lanes.map((lane) => Timeline.arrange(lane));
        this.tip = element("div", { className: "tip", hidden: true });
        this.tip.setAttribute("role", "status");
        this.svg = shape("svg", { tabindex: 0, role: "group" });
        this.svg.setAttribute("aria-label", "Time line of chunks; the arrow keys go from one to the next");
        place.append(this.svg, this.tip);
        this.svg.addEventListener("pointermove", (event) => this.point(event));
        this.svg.addEventListener("pointerleave", () => this.choose(null));
        this.svg.addEventListener("blur", () => this.choose(null));
        this.svg.addEventListener("keydown", (event) => this.step(event));
        new ResizeObserver(() => this.draw()).observe(place);
        this.draw();
    }

    /// Gives blocks that overlap in time different rows.
    static arrange(lane) {
        const ends = [];
        const blocks = lane.blocks.map(([start, wall, cpu, peak, first, last, hits, computed, waited, failed, key]) => {
            let row = ends.findIndex((end) => end <= start + 1e-9);
            if (row < 0) row = ends.length < Timeline.mostRows ? ends.length : ends.indexOf(Math.min(...ends));
            ends[row] = Math.max(ends[row] ?? 0, start + wall);
            const status = failed > 0 ? "failed" : computed > 0 ? "computed" : waited > 0 ? "waited" : "hit";
            return { start, wall, cpu, peak, first, last, hits, computed, waited, failed, key, row, status };
        });
        return { name: lane.name, blocks, rows: Math.max(1, ends.length) };
    }

    // Drawing

    draw() {
        const width = this.place.clientWidth - 32;
        if (width <= 0 || width === this.width) return;
        this.width = width;
        this.chosen = null;
        this.tip.hidden = true;
        this.svg.replaceChildren();
        const isNarrow = width < 620;
        this.left = isNarrow ? 0 : Math.min(180, width * 0.2);
        this.right = width - 6;
        let y = 0;
        for (const lane of this.lanes) {
            const rowHeight = lane.rows === 1 ? 18 : 11;
            if (isNarrow) y += 17;
            Object.assign(lane, { top: y, rowHeight, bottom: y + lane.rows * rowHeight });
            y = lane.bottom + 8;
        }
        const axis = y + 4;
        const bottom = this.data.memory.length > 1 ? axis + 34 + Timeline.memoryHeight : axis;
        this.drawAxis(axis, bottom);
        for (const lane of this.lanes) this.drawLane(lane, isNarrow);
        this.cursor = shape("line", { class: "cursor", y1: 0, y2: bottom });
        this.svg.append(this.cursor);
        if (this.data.memory.length > 1) this.drawMemory(bottom, isNarrow);
        this.svg.setAttribute("height", bottom + 22);
        this.svg.setAttribute("viewBox", `0 0 ${width} ${bottom + 22}`);
    }

    x(seconds) {
        return this.left + (seconds / this.data.end) * (this.right - this.left);
    }

    drawAxis(y, bottom) {
        const spans = [0.001, 0.01, 0.1, 1, 10].flatMap((unit) => [unit, 2 * unit, 5 * unit]);
        spans.push(15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 21600, 43200, 86400, 172800, 604800);
        const most = Math.max(2, Math.floor((this.right - this.left) / 100));
        const span = spans.sort((a, b) => a - b).find((span) => this.data.end / span <= most) ?? this.data.end;
        for (let index = 0; index * span <= this.data.end * 1.0001; index += 1) {
            const x = this.x(index * span);
            const anchor = index === 0 ? "start" : x > this.right - 24 ? "end" : "middle";
            this.svg.append(
                shape("line", { class: "grid", x1: x, x2: x, y1: 0, y2: bottom }),
                shape("text", { x, y: bottom + 16, "text-anchor": anchor }, Timeline.tick(index * span)));
        }
    }

    /// A round number of seconds.
    static tick(seconds) {
        if (seconds === 0) return "0";
        if (seconds < 1) return `${+(seconds * 1000).toFixed(3)} ms`;
        if (seconds < 60) return `${+seconds.toFixed(3)} s`;
        const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), Math.round(seconds % 60)];
        return [[hours, "h"], [minutes, "min"], [rest, "s"]].filter(([value]) => value > 0).map((part) => part.join(" ")).join(" ");
    }

    drawLane(lane, isNarrow) {
        const place = isNarrow ? { x: 0, y: lane.top - 5 } : { x: 0, y: (lane.top + lane.bottom) / 2 + 4.5 };
        const letters = Math.floor((isNarrow ? this.width : this.left - 12) / 7.2);
        const name = shape("text", { class: "name", ...place });
        name.textContent = lane.name.length > letters ? `${lane.name.slice(0, letters - 1)}…` : lane.name;
        name.append(shape("title", {}, lane.name));
        const height = lane.bottom - lane.top;
        this.svg.append(
            name, shape("rect", { class: "lane", x: this.left, y: lane.top, width: this.right - this.left, height, rx: 3 }));
        for (const block of lane.blocks) {
            const x = this.x(block.start);
            const width = Math.max(1.5, this.x(block.start + block.wall) - x - 0.5);
            block.rect = shape("rect", {
                class: block.status, x, width, y: lane.top + block.row * lane.rowHeight + 1, height: lane.rowHeight - 2,
                rx: Math.min(2, width / 3),
            });
            this.svg.append(block.rect);
        }
    }

    drawMemory(bottom, isNarrow) {
        const samples = this.data.memory;
        const most = samples.reduce((a, b) => (b[1] > a[1] ? b : a));
        const y = (bytes) => bottom - (bytes / most[1]) * Timeline.memoryHeight;
        const points = samples.map(([seconds, bytes]) => `${this.x(seconds).toFixed(1)},${y(bytes).toFixed(1)}`);
        const [first, last] = [this.x(samples[0][0]), this.x(samples[samples.length - 1][0])];
        const peak = this.x(most[0]);
        const anchor = peak > this.right - 90 ? "end" : peak < this.left + 90 ? "start" : "middle";
        this.svg.append(
            shape("path", { class: "area", d: `M${first},${bottom}L${points.join("L")}L${last},${bottom}Z` }),
            shape("path", { class: "line", d: `M${points.join("L")}` }),
            shape("circle", { class: "dot", cx: peak, cy: y(most[1]), r: 3 }),
            shape("text", { x: peak, y: y(most[1]) - 8, "text-anchor": anchor }, `peak ${bytesText(most[1])}`));
        if (!isNarrow) this.svg.append(shape("text", { class: "name", x: 0, y: bottom - Timeline.memoryHeight / 2 + 4 }, "memory"));
    }

    // Choosing a chunk

    point(event) {
        const box = this.svg.getBoundingClientRect();
        const [x, y] = [event.clientX - box.left, event.clientY - box.top];
        const lane = this.lanes.find((lane) => y >= lane.top && y <= lane.bottom);
        if (lane && x >= this.left) {
            const row = Math.floor((y - lane.top) / lane.rowHeight);
            let best = null;
            let least = 8;
            for (const block of lane.blocks) {
                if (block.row !== row) continue;
                const [start, end] = [this.x(block.start), this.x(block.start + block.wall)];
                const distance = x < start ? start - x : x > end ? x - end : 0;
                if (distance < least) [best, least] = [block, distance];
            }
            this.choose(best && { lane, block: best }, x);
        } else if (!lane && x >= this.left && x <= this.right && this.data.memory.length > 1) {
            this.tellMemory(x);
        } else {
            this.choose(null);
        }
    }

    step(event) {
        const along = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        const across = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (!along && !across) return;
        event.preventDefault();
        const lanes = this.lanes.filter((lane) => lane.blocks.length > 0);
        if (lanes.length === 0) return;
        let { lane, block } = this.chosen ?? { lane: lanes[0], block: null };
        if (block === null) {
            block = lane.blocks[0];
        } else if (along) {
            const next = lane.blocks.indexOf(block) + along;
            block = lane.blocks[Math.min(Math.max(next, 0), lane.blocks.length - 1)];
        } else {
            lane = lanes[Math.min(Math.max(lanes.indexOf(lane) + across, 0), lanes.length - 1)];
            const distance = (other) => Math.abs(other.start - block.start);
            block = lane.blocks.reduce((a, b) => (distance(b) < distance(a) ? b : a));
        }
        this.choose({ lane, block }, this.x(block.start));
    }

    choose(choice, x = 0) {
        this.chosen?.block.rect.classList.remove("chosen");
        this.cursor.style.visibility = "hidden";
        this.chosen = choice;
        if (!choice) {
            this.tip.hidden = true;
            return;
        }
        const { lane, block } = choice;
        block.rect.classList.add("chosen");
        const count = block.last - block.first + 1;
        const lines = [count > 1 ? `${lane.name}, chunks ${block.first} to ${block.last}` : `${lane.name}, chunk ${block.first}`];
        const { computed, waited, hits, failed } = block;
        const parts = [[computed, "computed"], [waited, "waited for"], [hits, "from the store"], [failed, "failed"]];
        const states = parts.filter(([number]) => number > 0);
        lines.push(states.map(([number, word]) => (count > 1 ? `${number} ${word}` : word)).join(", "));
        lines.push(`from ${secondsText(block.start)} for ${secondsText(block.wall)}`);
        if (block.cpu > 0) lines.push(`CPU ${secondsText(block.cpu)}`);
        if (block.peak > 0) lines.push(`memory ${bytesText(block.peak)}`);
        if (block.key) lines.push(element("code", {}, `key ${block.key}…`));
        this.tell(lines, x, lane.bottom + 24);
    }

    tellMemory(x) {
        this.choose(null);
        const seconds = ((x - this.left) / (this.right - this.left)) * this.data.end;
        const sample = this.data.memory.findLast(([time]) => time <= seconds);
        if (!sample) return;
        this.cursor.setAttribute("x1", x);
        this.cursor.setAttribute("x2", x);
        this.cursor.style.visibility = "visible";
        this.tell([bytesText(sample[1]), `at ${secondsText(seconds)}`], x, this.svg.clientHeight - Timeline.memoryHeight);
    }

    tell([title, ...lines], x, y) {
        this.tip.replaceChildren(element("b", {}, title), ...lines.map((line) => element("div", {}, line)));
        this.tip.hidden = false;
        const left = Math.min(x + 28, this.place.clientWidth - this.tip.offsetWidth - 8);
        this.tip.style.left = `${Math.max(8, left)}px`;
        this.tip.style.top = `${y}px`;
    }
}
