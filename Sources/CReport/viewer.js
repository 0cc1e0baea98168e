"use strict";

/// A mesh or a point cloud, turned with the mouse, one or two fingers, or the arrow keys.
///
/// The data are `{vertices, triangles, normals, colors, lower, upper, centre, radius, forward, up}`. The bytes hold, one
/// array after the other: positions as three 16-bit fractions of the box, normals as three signed bytes and colours as three
/// bytes where there are such, padding to four bytes, and three 32-bit indices per triangle.
class Viewer {
    static fieldOfView = 0.7;

    constructor(place) {
        this.data = dataOf(place);
        this.canvas = place.querySelector("canvas");
        this.gl = this.canvas.getContext("webgl2", { antialias: true });
        if (!this.gl) {
            const text = "This browser shows no WebGL 2, which turning shapes needs; open the file itself in another program.";
            this.canvas.replaceWith(element("p", { className: "missing" }, text));
            return;
        }
        this.bytes = bytesOf(place.querySelector("script[type='text/plain']").textContent.trim());
        this.setAxes();
        this.reset();
        this.prepare();
        this.pointers = new Map();
        this.listen();
        place.querySelector("button").addEventListener("click", () => this.reset());
        new ResizeObserver(() => this.draw()).observe(this.canvas);
    }

    /// Axes of the world as seen at first: to the right, up and away from the eye.
    setAxes() {
        const { forward, up } = this.data;
        this.right = unit(cross(forward, up));
        this.up = unit(up);
        this.forward = cross(this.up, this.right);
    }

    reset() {
        this.yaw = 0.3;
        this.pitch = 0.2;
        this.distance = (0.8 * this.data.radius) / Math.sin(Viewer.fieldOfView / 2);
        this.target = this.data.centre;
        this.draw();
    }

    // Input

    listen() {
        const canvas = this.canvas;
        canvas.addEventListener("pointerdown", (event) => {
            canvas.setPointerCapture(event.pointerId);
            this.pointers.set(event.pointerId, [event.clientX, event.clientY]);
        });
        canvas.addEventListener("pointermove", (event) => this.drag(event));
        for (const end of ["pointerup", "pointercancel"]) {
            canvas.addEventListener(end, (event) => this.pointers.delete(event.pointerId));
        }
        canvas.addEventListener("contextmenu", (event) => event.preventDefault());
        canvas.addEventListener("dblclick", () => this.reset());
        canvas.addEventListener("keydown", (event) => this.press(event));
        canvas.addEventListener("webglcontextlost", (event) => event.preventDefault());
        canvas.addEventListener("webglcontextrestored", () => this.prepare());
        canvas.addEventListener("wheel", (event) => {
            event.preventDefault();
            this.zoom(Math.exp(event.deltaY * (event.deltaMode === 1 ? 0.04 : 0.0015)));
        }, { passive: false });
    }

    drag(event) {
        const last = this.pointers.get(event.pointerId);
        if (!last) return;
        const move = [event.clientX - last[0], event.clientY - last[1]];
        const other = [...this.pointers].find(([id]) => id !== event.pointerId)?.[1];
        this.pointers.set(event.pointerId, [event.clientX, event.clientY]);
        if (other) {
            const apart = (point) => Math.hypot(point[0] - other[0], point[1] - other[1]);
            this.pan(move[0] / 2, move[1] / 2);
            this.zoom(Math.max(apart(last), 1) / Math.max(apart([event.clientX, event.clientY]), 1));
        } else if (event.shiftKey || event.buttons === 2) {
            this.pan(...move);
        } else {
            this.turn(move[0] * 0.008, move[1] * 0.008);
        }
    }

    press(event) {
        const turns = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, -0.1], ArrowDown: [0, 0.1] }[event.key];
        const factor = { "+": 0.85, "=": 0.85, "-": 1 / 0.85 }[event.key];
        if (turns) this.turn(...turns);
        else if (factor) this.zoom(factor);
        else if (event.key === "0" || event.key === "Home") this.reset();
        else return;
        event.preventDefault();
    }

    turn(yaw, pitch) {
        this.yaw += yaw;
        this.pitch = Math.min(Math.max(this.pitch + pitch, -1.55), 1.55);
        this.draw();
    }

    zoom(factor) {
        this.distance = Math.min(Math.max(this.distance * factor, this.data.radius * 0.02), this.data.radius * 20);
        this.draw();
    }

    pan(right, down) {
        const { axes } = this.eye();
        const scale = (2 * this.distance * Math.tan(Viewer.fieldOfView / 2)) / this.canvas.clientHeight;
        this.target = this.target.map((value, i) => value - (axes[0][i] * right - axes[1][i] * down) * scale);
        this.draw();
    }

    // Drawing

    /// Where the eye is and its axes: right, up, backward.
    eye() {
        const mix = (a, x, b, y) => a.map((value, i) => value * x + b[i] * y);
        const level = mix(this.forward, Math.cos(this.yaw), this.right, Math.sin(this.yaw));
        const ahead = mix(level, Math.cos(this.pitch), this.up, -Math.sin(this.pitch));
        const right = mix(this.right, Math.cos(this.yaw), this.forward, -Math.sin(this.yaw));
        return {
            position: mix(this.target, 1, ahead, -this.distance),
            axes: [right, cross(right, ahead), ahead.map((value) => -value)],
        };
    }

    /// Clip space from world, columns first.
    matrix(aspect) {
        const { position, axes } = this.eye();
        const shift = axes.map((axis) => -dot(axis, position));
        const near = this.distance * 0.02;
        const far = this.distance + this.data.radius * 20;
        const scale = 1 / Math.tan(Viewer.fieldOfView / 2) / Math.min(1, aspect);
        const depth = [(far + near) / (near - far), (2 * far * near) / (near - far)];
        const rows = [
            [...axes[0], shift[0]].map((value) => (value * scale) / aspect),
            [...axes[1], shift[1]].map((value) => value * scale),
            [...axes[2], shift[2]].map((value, i) => value * depth[0] + (i === 3 ? depth[1] : 0)),
            [...axes[2], shift[2]].map((value) => -value),
        ];
        return rows[0].flatMap((_, column) => rows.map((row) => row[column]));
    }

    /// Compiles the shaders and hands the arrays to the graphics card.
    prepare() {
        const { gl, data } = this;
        const program = gl.createProgram();
        for (const [kind, text] of [[gl.VERTEX_SHADER, Viewer.vertexShader], [gl.FRAGMENT_SHADER, Viewer.fragmentShader]]) {
            const shader = gl.createShader(kind);
            gl.shaderSource(shader, text);
            gl.compileShader(shader);
            gl.attachShader(program, shader);
        }
        gl.linkProgram(program);
        if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
            throw new Error(gl.getProgramInfoLog(program));
        }
        gl.useProgram(program);
        this.uniform = (name) => gl.getUniformLocation(program, name);
        let offset = 0;
        const array = (name, type, size) => {
            const index = gl.getAttribLocation(program, name);
            gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
            gl.bufferData(gl.ARRAY_BUFFER, this.bytes.subarray(offset, offset + data.vertices * size), gl.STATIC_DRAW);
            gl.enableVertexAttribArray(index);
            gl.vertexAttribPointer(index, 3, type, true, 0, 0);
            offset += data.vertices * size;
        };
        array("fraction", gl.UNSIGNED_SHORT, 6);
        if (data.normals) array("normal", gl.BYTE, 3);
        if (data.colors) array("color", gl.UNSIGNED_BYTE, 3);
        else gl.vertexAttrib3f(gl.getAttribLocation(program, "color"), 0.66, 0.68, 0.7);
        offset = Math.ceil(offset / 4) * 4;
        gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, gl.createBuffer());
        gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, this.bytes.subarray(offset, offset + data.triangles * 12), gl.STATIC_DRAW);
        gl.enable(gl.DEPTH_TEST);
        gl.uniform3fv(this.uniform("lower"), data.lower);
        gl.uniform3fv(this.uniform("upper"), data.upper);
        gl.uniform1i(this.uniform("isLit"), data.normals ? 1 : 0);
        gl.uniform1i(this.uniform("isColored"), data.colors ? 1 : 0);
        gl.uniform1i(this.uniform("isPoint"), data.triangles === 0 ? 1 : 0);
        this.draw();
    }

    /// Draws once before the next refresh of the screen.
    draw() {
        this.request ??= requestAnimationFrame(() => {
            this.request = undefined;
            this.paint();
        });
    }

    paint() {
        const { gl, canvas, data } = this;
        const density = Math.min(window.devicePixelRatio, 2);
        const [width, height] = [canvas.clientWidth, canvas.clientHeight].map((side) => Math.round(side * density));
        if (width === 0 || height === 0) return;
        if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
        gl.viewport(0, 0, width, height);
        gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
        gl.uniformMatrix4fv(this.uniform("clipFromWorld"), false, this.matrix(width / height));
        gl.uniform3fv(this.uniform("eye"), this.eye().position);
        // Points cover the surface that they sample: their share of a disc of the shape's radius, with some overlap.
        const size = (2.2 * data.radius) / Math.sqrt(data.vertices);
        gl.uniform1f(this.uniform("pointSize"), (size * height) / Math.tan(Viewer.fieldOfView / 2) / 2);
        gl.uniform1f(this.uniform("leastSize"), 1.5 * density);
        if (data.triangles > 0) gl.drawElements(gl.TRIANGLES, data.triangles * 3, gl.UNSIGNED_INT, 0);
        else gl.drawArrays(gl.POINTS, 0, data.vertices);
    }

    static vertexShader = `#version 300 es
        in vec3 fraction, normal, color;
        uniform vec3 lower, upper, eye;
        uniform mat4 clipFromWorld;
        uniform float pointSize, leastSize;
        out vec3 surfaceColor, surfaceNormal, towardsEye;

        void main() {
            vec3 position = mix(lower, upper, fraction);
            surfaceColor = color;
            surfaceNormal = normal;
            towardsEye = eye - position;
            gl_Position = clipFromWorld * vec4(position, 1);
            gl_PointSize = clamp(pointSize / gl_Position.w, leastSize, 40.0);
        }`;

    /// Photos bring their own light, so that coloured surfaces are shaded little; bare ones like clay. Both sides are lit.
    static fragmentShader = `#version 300 es
        precision highp float;
        in vec3 surfaceColor, surfaceNormal, towardsEye;
        uniform bool isLit, isColored, isPoint;
        out vec4 result;

        void main() {
            if (isPoint && length(gl_PointCoord - 0.5) > 0.5) discard;
            float light = 1.0;
            if (isLit) {
                float facing = abs(dot(normalize(surfaceNormal), normalize(towardsEye)));
                light = isColored ? mix(0.72, 1.06, facing) : mix(0.3, 1.1, facing);
            }
            result = vec4(surfaceColor * light, 1);
        }`;
}

function dot(a, b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function cross(a, b) {
    return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function unit(a) {
    return a.map((value) => value / Math.hypot(...a));
}
