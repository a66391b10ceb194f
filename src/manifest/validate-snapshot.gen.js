// Generated from schemas/manifest.schema.json by scripts/generate-validators.mjs. Do not edit.
var __getOwnPropNames = Object.getOwnPropertyNames;
var __commonJS = (cb, mod) => function __require() {
  try {
    return mod || (0, cb[__getOwnPropNames(cb)[0]])((mod = { exports: {} }).exports, mod), mod.exports;
  } catch (e) {
    throw mod = 0, e;
  }
};

// node_modules/ajv/dist/runtime/ucs2length.js
var require_ucs2length = __commonJS({
  "node_modules/ajv/dist/runtime/ucs2length.js"(exports) {
    "use strict";
    Object.defineProperty(exports, "__esModule", { value: true });
    function ucs2length(str) {
      const len = str.length;
      let length = 0;
      let pos = 0;
      let value;
      while (pos < len) {
        length++;
        value = str.charCodeAt(pos++);
        if (value >= 55296 && value <= 56319 && pos < len) {
          value = str.charCodeAt(pos);
          if ((value & 64512) === 56320)
            pos++;
        }
      }
      return length;
    }
    exports.default = ucs2length;
    ucs2length.code = 'require("ajv/dist/runtime/ucs2length").default';
  }
});

// validate-snapshot.gen.js
var validateSnapshot = validate10;
var pattern0 = new RegExp("^sha256:[0-9a-f]{64}$", "u");
var schema12 = { "description": "What was known of the user's sessions at one moment.", "type": "object", "required": ["user", "uid", "host", "takenAt", "bootId", "server", "sessions"], "properties": { "user": { "description": "Unix account name.", "type": "string", "minLength": 1 }, "uid": { "description": "Numeric id of that account when the record was taken.", "type": "integer", "minimum": 0 }, "host": { "description": "Host name of the machine.", "type": "string" }, "takenAt": { "description": "When the record was taken.", "$ref": "#/definitions/time" }, "bootId": { "description": "The kernel's boot id (/proc/sys/kernel/random/boot_id) as PID 1 reads it; null when the record was imported and its boot is not known.", "type": ["string", "null"], "minLength": 1 }, "initStartTime": { "description": "The start of PID 1, in clock ticks since the boot of the kernel (field 22 of /proc/1/stat), which tells apart the boots of a container whose boot id stays; null when it is not known.", "type": ["string", "null"], "pattern": "^[0-9]+$", "default": null }, "server": { "description": "The tmux server that was seen; null when none was running.", "anyOf": [{ "$ref": "#/definitions/server" }, { "type": "null" }] }, "sessions": { "description": "Live sessions, and those that are gone and still remembered.", "type": "array", "items": { "$ref": "#/definitions/session" } } } };
var func2 = require_ucs2length().default;
var pattern1 = new RegExp("^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?Z$", "u");
var pattern2 = new RegExp("^[0-9]+$", "u");
var schema15 = { "description": "One session entry.", "type": "object", "required": ["name", "state", "cause", "goneAt", "lastSeenAt", "windows"], "properties": { "name": { "description": "Name of the session, as it is given to tmux to create it.", "type": "string", "minLength": 1 }, "state": { "description": "Whether it was running when the record was taken.", "enum": ["live", "gone"] }, "cause": { "description": "Why it is gone; null while it is live.", "type": ["string", "null"] }, "goneAt": { "description": "When it was found gone; null while it is live.", "type": ["string", "null"] }, "tmuxId": { "description": "tmux's `$N`, valid for one server; null when imported.", "type": ["string", "null"], "default": null }, "createdAt": { "description": "When tmux created it; null when not known.", "type": ["string", "null"], "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?Z$", "default": null }, "lastSeenAt": { "description": "When it was last seen running.", "$ref": "#/definitions/time" }, "path": { "description": "The directory that the session was started in.", "type": "string", "default": "/" }, "sharesWindowsOf": { "description": "Name of the session whose windows this one shares (a session group); such an entry has no windows of its own.", "type": ["string", "null"], "default": null }, "windows": { "type": "array", "items": { "$ref": "#/definitions/window" } } }, "if": { "required": ["state"], "properties": { "state": { "const": "gone" } } }, "then": { "properties": { "cause": { "enum": ["reboot", "server-died", "killed", "server-stopped", "closed", "forgotten"] }, "goneAt": { "$ref": "#/definitions/time" } } }, "else": { "properties": { "cause": { "type": "null" }, "goneAt": { "type": "null" } } } };
var schema18 = { "description": "One window, with its panes in order.", "type": "object", "required": ["index", "name", "active", "panes"], "properties": { "index": { "type": "integer", "minimum": 0 }, "name": { "type": "string" }, "automaticName": { "description": "tmux renames the window after its command, so the name is not worth restoring.", "type": "boolean", "default": true }, "active": { "description": "Whether it is the window that a client would show.", "type": "boolean" }, "layout": { "description": "tmux's layout string; null when imported.", "type": ["string", "null"], "default": null }, "panes": { "type": "array", "items": { "$ref": "#/definitions/pane" } } } };
var schema19 = { "description": "One pane.", "type": "object", "required": ["index", "active", "cwd"], "properties": { "index": { "type": "integer", "minimum": 0 }, "tmuxId": { "description": "tmux's `%N`, valid for one server; null when imported.", "type": ["string", "null"], "default": null }, "active": { "description": "Whether it is the window's active pane.", "type": "boolean" }, "cwd": { "description": "Its working directory.", "type": "string" }, "title": { "type": "string", "default": "" }, "command": { "description": "Name of the foreground command; empty when not known.", "type": "string", "default": "" }, "conversation": { "description": "The agent's conversation in this pane: its durable thread; null for a plain shell, or where it is not known.", "type": ["object", "null"], "required": ["agent", "id"], "properties": { "agent": { "description": "Name of the agent, such as `claude`.", "type": "string", "minLength": 1 }, "id": { "description": "The id by which that agent finds the conversation again.", "type": "string", "minLength": 1 }, "ended": { "description": "null while its agent runs; otherwise when it was found ended, and whether it was killed.", "type": ["object", "null"], "required": ["at", "killed"], "properties": { "at": { "$ref": "#/definitions/time" }, "killed": { "type": "boolean" } }, "default": null } }, "default": null }, "shell": { "description": "The shell that the pane was started with; null where that is none, or not known.", "type": ["object", "null"], "required": ["program", "login"], "properties": { "program": { "description": "Its absolute path.", "type": "string", "pattern": "^/" }, "login": { "type": "boolean" } }, "default": null }, "agent": { "description": "The agent that runs, or ran, in the pane; null for a plain shell.", "type": ["object", "null"], "default": null, "required": ["name", "found", "launch"], "properties": { "name": { "type": "string", "minLength": 1 }, "version": { "description": "The agent's own version; null when it does not tell.", "type": ["string", "null"], "default": null }, "process": { "description": "The very process; null when imported.", "type": ["object", "null"], "required": ["pid", "startTime"], "properties": { "pid": { "type": "integer", "minimum": 1 }, "startTime": { "description": "Clock ticks since boot.", "type": "string" } }, "default": null }, "found": { "description": "How its conversation was found out.", "type": "object", "required": ["kind"], "properties": { "kind": { "enum": ["conversation", "fresh", "unidentified"] } }, "if": { "properties": { "kind": { "const": "conversation" } } }, "then": { "required": ["source", "confidence"], "properties": { "source": { "enum": ["stamp", "registry", "open-file", "lock-file", "argv", "child-environment", "assignment", "import"] }, "confidence": { "enum": ["low", "medium", "high", "certain"] } } }, "else": { "if": { "properties": { "kind": { "const": "unidentified" } } }, "then": { "required": ["reason"], "properties": { "reason": { "type": "string" } } } } }, "launch": { "description": "How it is started again.", "type": "object", "required": ["executable", "args", "env", "directory"], "properties": { "executable": { "type": "string", "minLength": 1 }, "args": { "type": "array", "items": { "type": "string" } }, "droppedArgs": { "type": "array", "items": { "type": "string" }, "default": [] }, "env": { "type": "object", "additionalProperties": { "type": "string" } }, "directory": { "type": "string" } } } } } } };
var pattern7 = new RegExp("^/", "u");
function validate14(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.tmuxId === void 0) {
      data.tmuxId = null;
    }
    if (data.title === void 0) {
      data.title = "";
    }
    if (data.command === void 0) {
      data.command = "";
    }
    if (data.conversation === void 0) {
      data.conversation = null;
    }
    if (data.shell === void 0) {
      data.shell = null;
    }
    if (data.agent === void 0) {
      data.agent = null;
    }
    if (data.index === void 0) {
      const err0 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "index" }, message: "must have required property 'index'" };
      if (vErrors === null) {
        vErrors = [err0];
      } else {
        vErrors.push(err0);
      }
      errors++;
    }
    if (data.active === void 0) {
      const err1 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "active" }, message: "must have required property 'active'" };
      if (vErrors === null) {
        vErrors = [err1];
      } else {
        vErrors.push(err1);
      }
      errors++;
    }
    if (data.cwd === void 0) {
      const err2 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "cwd" }, message: "must have required property 'cwd'" };
      if (vErrors === null) {
        vErrors = [err2];
      } else {
        vErrors.push(err2);
      }
      errors++;
    }
    if (data.index !== void 0) {
      let data0 = data.index;
      if (!(typeof data0 == "number" && (!(data0 % 1) && !isNaN(data0)) && isFinite(data0))) {
        const err3 = { instancePath: instancePath + "/index", schemaPath: "#/properties/index/type", keyword: "type", params: { type: "integer" }, message: "must be integer" };
        if (vErrors === null) {
          vErrors = [err3];
        } else {
          vErrors.push(err3);
        }
        errors++;
      }
      if (typeof data0 == "number" && isFinite(data0)) {
        if (data0 < 0 || isNaN(data0)) {
          const err4 = { instancePath: instancePath + "/index", schemaPath: "#/properties/index/minimum", keyword: "minimum", params: { comparison: ">=", limit: 0 }, message: "must be >= 0" };
          if (vErrors === null) {
            vErrors = [err4];
          } else {
            vErrors.push(err4);
          }
          errors++;
        }
      }
    }
    let data1 = data.tmuxId;
    if (typeof data1 !== "string" && data1 !== null) {
      const err5 = { instancePath: instancePath + "/tmuxId", schemaPath: "#/properties/tmuxId/type", keyword: "type", params: { type: schema19.properties.tmuxId.type }, message: "must be string,null" };
      if (vErrors === null) {
        vErrors = [err5];
      } else {
        vErrors.push(err5);
      }
      errors++;
    }
    if (data.active !== void 0) {
      if (typeof data.active !== "boolean") {
        const err6 = { instancePath: instancePath + "/active", schemaPath: "#/properties/active/type", keyword: "type", params: { type: "boolean" }, message: "must be boolean" };
        if (vErrors === null) {
          vErrors = [err6];
        } else {
          vErrors.push(err6);
        }
        errors++;
      }
    }
    if (data.cwd !== void 0) {
      if (typeof data.cwd !== "string") {
        const err7 = { instancePath: instancePath + "/cwd", schemaPath: "#/properties/cwd/type", keyword: "type", params: { type: "string" }, message: "must be string" };
        if (vErrors === null) {
          vErrors = [err7];
        } else {
          vErrors.push(err7);
        }
        errors++;
      }
    }
    if (typeof data.title !== "string") {
      const err8 = { instancePath: instancePath + "/title", schemaPath: "#/properties/title/type", keyword: "type", params: { type: "string" }, message: "must be string" };
      if (vErrors === null) {
        vErrors = [err8];
      } else {
        vErrors.push(err8);
      }
      errors++;
    }
    if (typeof data.command !== "string") {
      const err9 = { instancePath: instancePath + "/command", schemaPath: "#/properties/command/type", keyword: "type", params: { type: "string" }, message: "must be string" };
      if (vErrors === null) {
        vErrors = [err9];
      } else {
        vErrors.push(err9);
      }
      errors++;
    }
    let data6 = data.conversation;
    if (!(data6 && typeof data6 == "object" && !Array.isArray(data6)) && data6 !== null) {
      const err10 = { instancePath: instancePath + "/conversation", schemaPath: "#/properties/conversation/type", keyword: "type", params: { type: schema19.properties.conversation.type }, message: "must be object,null" };
      if (vErrors === null) {
        vErrors = [err10];
      } else {
        vErrors.push(err10);
      }
      errors++;
    }
    if (data6 && typeof data6 == "object" && !Array.isArray(data6)) {
      if (data6.ended === void 0) {
        data6.ended = null;
      }
      if (data6.agent === void 0) {
        const err11 = { instancePath: instancePath + "/conversation", schemaPath: "#/properties/conversation/required", keyword: "required", params: { missingProperty: "agent" }, message: "must have required property 'agent'" };
        if (vErrors === null) {
          vErrors = [err11];
        } else {
          vErrors.push(err11);
        }
        errors++;
      }
      if (data6.id === void 0) {
        const err12 = { instancePath: instancePath + "/conversation", schemaPath: "#/properties/conversation/required", keyword: "required", params: { missingProperty: "id" }, message: "must have required property 'id'" };
        if (vErrors === null) {
          vErrors = [err12];
        } else {
          vErrors.push(err12);
        }
        errors++;
      }
      if (data6.agent !== void 0) {
        let data7 = data6.agent;
        if (typeof data7 === "string") {
          if (func2(data7) < 1) {
            const err13 = { instancePath: instancePath + "/conversation/agent", schemaPath: "#/properties/conversation/properties/agent/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters" };
            if (vErrors === null) {
              vErrors = [err13];
            } else {
              vErrors.push(err13);
            }
            errors++;
          }
        } else {
          const err14 = { instancePath: instancePath + "/conversation/agent", schemaPath: "#/properties/conversation/properties/agent/type", keyword: "type", params: { type: "string" }, message: "must be string" };
          if (vErrors === null) {
            vErrors = [err14];
          } else {
            vErrors.push(err14);
          }
          errors++;
        }
      }
      if (data6.id !== void 0) {
        let data8 = data6.id;
        if (typeof data8 === "string") {
          if (func2(data8) < 1) {
            const err15 = { instancePath: instancePath + "/conversation/id", schemaPath: "#/properties/conversation/properties/id/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters" };
            if (vErrors === null) {
              vErrors = [err15];
            } else {
              vErrors.push(err15);
            }
            errors++;
          }
        } else {
          const err16 = { instancePath: instancePath + "/conversation/id", schemaPath: "#/properties/conversation/properties/id/type", keyword: "type", params: { type: "string" }, message: "must be string" };
          if (vErrors === null) {
            vErrors = [err16];
          } else {
            vErrors.push(err16);
          }
          errors++;
        }
      }
      let data9 = data6.ended;
      if (!(data9 && typeof data9 == "object" && !Array.isArray(data9)) && data9 !== null) {
        const err17 = { instancePath: instancePath + "/conversation/ended", schemaPath: "#/properties/conversation/properties/ended/type", keyword: "type", params: { type: schema19.properties.conversation.properties.ended.type }, message: "must be object,null" };
        if (vErrors === null) {
          vErrors = [err17];
        } else {
          vErrors.push(err17);
        }
        errors++;
      }
      if (data9 && typeof data9 == "object" && !Array.isArray(data9)) {
        if (data9.at === void 0) {
          const err18 = { instancePath: instancePath + "/conversation/ended", schemaPath: "#/properties/conversation/properties/ended/required", keyword: "required", params: { missingProperty: "at" }, message: "must have required property 'at'" };
          if (vErrors === null) {
            vErrors = [err18];
          } else {
            vErrors.push(err18);
          }
          errors++;
        }
        if (data9.killed === void 0) {
          const err19 = { instancePath: instancePath + "/conversation/ended", schemaPath: "#/properties/conversation/properties/ended/required", keyword: "required", params: { missingProperty: "killed" }, message: "must have required property 'killed'" };
          if (vErrors === null) {
            vErrors = [err19];
          } else {
            vErrors.push(err19);
          }
          errors++;
        }
        if (data9.at !== void 0) {
          let data10 = data9.at;
          if (typeof data10 === "string") {
            if (!pattern1.test(data10)) {
              const err20 = { instancePath: instancePath + "/conversation/ended/at", schemaPath: "#/definitions/time/pattern", keyword: "pattern", params: { pattern: "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?Z$" }, message: 'must match pattern "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?Z$"' };
              if (vErrors === null) {
                vErrors = [err20];
              } else {
                vErrors.push(err20);
              }
              errors++;
            }
          } else {
            const err21 = { instancePath: instancePath + "/conversation/ended/at", schemaPath: "#/definitions/time/type", keyword: "type", params: { type: "string" }, message: "must be string" };
            if (vErrors === null) {
              vErrors = [err21];
            } else {
              vErrors.push(err21);
            }
            errors++;
          }
        }
        if (data9.killed !== void 0) {
          if (typeof data9.killed !== "boolean") {
            const err22 = { instancePath: instancePath + "/conversation/ended/killed", schemaPath: "#/properties/conversation/properties/ended/properties/killed/type", keyword: "type", params: { type: "boolean" }, message: "must be boolean" };
            if (vErrors === null) {
              vErrors = [err22];
            } else {
              vErrors.push(err22);
            }
            errors++;
          }
        }
      }
    }
    let data12 = data.shell;
    if (!(data12 && typeof data12 == "object" && !Array.isArray(data12)) && data12 !== null) {
      const err23 = { instancePath: instancePath + "/shell", schemaPath: "#/properties/shell/type", keyword: "type", params: { type: schema19.properties.shell.type }, message: "must be object,null" };
      if (vErrors === null) {
        vErrors = [err23];
      } else {
        vErrors.push(err23);
      }
      errors++;
    }
    if (data12 && typeof data12 == "object" && !Array.isArray(data12)) {
      if (data12.program === void 0) {
        const err24 = { instancePath: instancePath + "/shell", schemaPath: "#/properties/shell/required", keyword: "required", params: { missingProperty: "program" }, message: "must have required property 'program'" };
        if (vErrors === null) {
          vErrors = [err24];
        } else {
          vErrors.push(err24);
        }
        errors++;
      }
      if (data12.login === void 0) {
        const err25 = { instancePath: instancePath + "/shell", schemaPath: "#/properties/shell/required", keyword: "required", params: { missingProperty: "login" }, message: "must have required property 'login'" };
        if (vErrors === null) {
          vErrors = [err25];
        } else {
          vErrors.push(err25);
        }
        errors++;
      }
      if (data12.program !== void 0) {
        let data13 = data12.program;
        if (typeof data13 === "string") {
          if (!pattern7.test(data13)) {
            const err26 = { instancePath: instancePath + "/shell/program", schemaPath: "#/properties/shell/properties/program/pattern", keyword: "pattern", params: { pattern: "^/" }, message: 'must match pattern "^/"' };
            if (vErrors === null) {
              vErrors = [err26];
            } else {
              vErrors.push(err26);
            }
            errors++;
          }
        } else {
          const err27 = { instancePath: instancePath + "/shell/program", schemaPath: "#/properties/shell/properties/program/type", keyword: "type", params: { type: "string" }, message: "must be string" };
          if (vErrors === null) {
            vErrors = [err27];
          } else {
            vErrors.push(err27);
          }
          errors++;
        }
      }
      if (data12.login !== void 0) {
        if (typeof data12.login !== "boolean") {
          const err28 = { instancePath: instancePath + "/shell/login", schemaPath: "#/properties/shell/properties/login/type", keyword: "type", params: { type: "boolean" }, message: "must be boolean" };
          if (vErrors === null) {
            vErrors = [err28];
          } else {
            vErrors.push(err28);
          }
          errors++;
        }
      }
    }
    let data15 = data.agent;
    if (!(data15 && typeof data15 == "object" && !Array.isArray(data15)) && data15 !== null) {
      const err29 = { instancePath: instancePath + "/agent", schemaPath: "#/properties/agent/type", keyword: "type", params: { type: schema19.properties.agent.type }, message: "must be object,null" };
      if (vErrors === null) {
        vErrors = [err29];
      } else {
        vErrors.push(err29);
      }
      errors++;
    }
    if (data15 && typeof data15 == "object" && !Array.isArray(data15)) {
      if (data15.version === void 0) {
        data15.version = null;
      }
      if (data15.process === void 0) {
        data15.process = null;
      }
      if (data15.name === void 0) {
        const err30 = { instancePath: instancePath + "/agent", schemaPath: "#/properties/agent/required", keyword: "required", params: { missingProperty: "name" }, message: "must have required property 'name'" };
        if (vErrors === null) {
          vErrors = [err30];
        } else {
          vErrors.push(err30);
        }
        errors++;
      }
      if (data15.found === void 0) {
        const err31 = { instancePath: instancePath + "/agent", schemaPath: "#/properties/agent/required", keyword: "required", params: { missingProperty: "found" }, message: "must have required property 'found'" };
        if (vErrors === null) {
          vErrors = [err31];
        } else {
          vErrors.push(err31);
        }
        errors++;
      }
      if (data15.launch === void 0) {
        const err32 = { instancePath: instancePath + "/agent", schemaPath: "#/properties/agent/required", keyword: "required", params: { missingProperty: "launch" }, message: "must have required property 'launch'" };
        if (vErrors === null) {
          vErrors = [err32];
        } else {
          vErrors.push(err32);
        }
        errors++;
      }
      if (data15.name !== void 0) {
        let data16 = data15.name;
        if (typeof data16 === "string") {
          if (func2(data16) < 1) {
            const err33 = { instancePath: instancePath + "/agent/name", schemaPath: "#/properties/agent/properties/name/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters" };
            if (vErrors === null) {
              vErrors = [err33];
            } else {
              vErrors.push(err33);
            }
            errors++;
          }
        } else {
          const err34 = { instancePath: instancePath + "/agent/name", schemaPath: "#/properties/agent/properties/name/type", keyword: "type", params: { type: "string" }, message: "must be string" };
          if (vErrors === null) {
            vErrors = [err34];
          } else {
            vErrors.push(err34);
          }
          errors++;
        }
      }
      let data17 = data15.version;
      if (typeof data17 !== "string" && data17 !== null) {
        const err35 = { instancePath: instancePath + "/agent/version", schemaPath: "#/properties/agent/properties/version/type", keyword: "type", params: { type: schema19.properties.agent.properties.version.type }, message: "must be string,null" };
        if (vErrors === null) {
          vErrors = [err35];
        } else {
          vErrors.push(err35);
        }
        errors++;
      }
      let data18 = data15.process;
      if (!(data18 && typeof data18 == "object" && !Array.isArray(data18)) && data18 !== null) {
        const err36 = { instancePath: instancePath + "/agent/process", schemaPath: "#/properties/agent/properties/process/type", keyword: "type", params: { type: schema19.properties.agent.properties.process.type }, message: "must be object,null" };
        if (vErrors === null) {
          vErrors = [err36];
        } else {
          vErrors.push(err36);
        }
        errors++;
      }
      if (data18 && typeof data18 == "object" && !Array.isArray(data18)) {
        if (data18.pid === void 0) {
          const err37 = { instancePath: instancePath + "/agent/process", schemaPath: "#/properties/agent/properties/process/required", keyword: "required", params: { missingProperty: "pid" }, message: "must have required property 'pid'" };
          if (vErrors === null) {
            vErrors = [err37];
          } else {
            vErrors.push(err37);
          }
          errors++;
        }
        if (data18.startTime === void 0) {
          const err38 = { instancePath: instancePath + "/agent/process", schemaPath: "#/properties/agent/properties/process/required", keyword: "required", params: { missingProperty: "startTime" }, message: "must have required property 'startTime'" };
          if (vErrors === null) {
            vErrors = [err38];
          } else {
            vErrors.push(err38);
          }
          errors++;
        }
        if (data18.pid !== void 0) {
          let data19 = data18.pid;
          if (!(typeof data19 == "number" && (!(data19 % 1) && !isNaN(data19)) && isFinite(data19))) {
            const err39 = { instancePath: instancePath + "/agent/process/pid", schemaPath: "#/properties/agent/properties/process/properties/pid/type", keyword: "type", params: { type: "integer" }, message: "must be integer" };
            if (vErrors === null) {
              vErrors = [err39];
            } else {
              vErrors.push(err39);
            }
            errors++;
          }
          if (typeof data19 == "number" && isFinite(data19)) {
            if (data19 < 1 || isNaN(data19)) {
              const err40 = { instancePath: instancePath + "/agent/process/pid", schemaPath: "#/properties/agent/properties/process/properties/pid/minimum", keyword: "minimum", params: { comparison: ">=", limit: 1 }, message: "must be >= 1" };
              if (vErrors === null) {
                vErrors = [err40];
              } else {
                vErrors.push(err40);
              }
              errors++;
            }
          }
        }
        if (data18.startTime !== void 0) {
          if (typeof data18.startTime !== "string") {
            const err41 = { instancePath: instancePath + "/agent/process/startTime", schemaPath: "#/properties/agent/properties/process/properties/startTime/type", keyword: "type", params: { type: "string" }, message: "must be string" };
            if (vErrors === null) {
              vErrors = [err41];
            } else {
              vErrors.push(err41);
            }
            errors++;
          }
        }
      }
      if (data15.found !== void 0) {
        let data21 = data15.found;
        const _errs46 = errors;
        let valid7 = true;
        const _errs47 = errors;
        if (data21 && typeof data21 == "object" && !Array.isArray(data21)) {
          if (data21.kind !== void 0) {
            if ("conversation" !== data21.kind) {
              const err42 = {};
              if (vErrors === null) {
                vErrors = [err42];
              } else {
                vErrors.push(err42);
              }
              errors++;
            }
          }
        }
        var _valid0 = _errs47 === errors;
        errors = _errs46;
        if (vErrors !== null) {
          if (_errs46) {
            vErrors.length = _errs46;
          } else {
            vErrors = null;
          }
        }
        let ifClause0;
        if (_valid0) {
          const _errs49 = errors;
          if (data21 && typeof data21 == "object" && !Array.isArray(data21)) {
            if (data21.source === void 0) {
              const err43 = { instancePath: instancePath + "/agent/found", schemaPath: "#/properties/agent/properties/found/then/required", keyword: "required", params: { missingProperty: "source" }, message: "must have required property 'source'" };
              if (vErrors === null) {
                vErrors = [err43];
              } else {
                vErrors.push(err43);
              }
              errors++;
            }
            if (data21.confidence === void 0) {
              const err44 = { instancePath: instancePath + "/agent/found", schemaPath: "#/properties/agent/properties/found/then/required", keyword: "required", params: { missingProperty: "confidence" }, message: "must have required property 'confidence'" };
              if (vErrors === null) {
                vErrors = [err44];
              } else {
                vErrors.push(err44);
              }
              errors++;
            }
            if (data21.source !== void 0) {
              let data23 = data21.source;
              if (!(data23 === "stamp" || data23 === "registry" || data23 === "open-file" || data23 === "lock-file" || data23 === "argv" || data23 === "child-environment" || data23 === "assignment" || data23 === "import")) {
                const err45 = { instancePath: instancePath + "/agent/found/source", schemaPath: "#/properties/agent/properties/found/then/properties/source/enum", keyword: "enum", params: { allowedValues: schema19.properties.agent.properties.found.then.properties.source.enum }, message: "must be equal to one of the allowed values" };
                if (vErrors === null) {
                  vErrors = [err45];
                } else {
                  vErrors.push(err45);
                }
                errors++;
              }
            }
            if (data21.confidence !== void 0) {
              let data24 = data21.confidence;
              if (!(data24 === "low" || data24 === "medium" || data24 === "high" || data24 === "certain")) {
                const err46 = { instancePath: instancePath + "/agent/found/confidence", schemaPath: "#/properties/agent/properties/found/then/properties/confidence/enum", keyword: "enum", params: { allowedValues: schema19.properties.agent.properties.found.then.properties.confidence.enum }, message: "must be equal to one of the allowed values" };
                if (vErrors === null) {
                  vErrors = [err46];
                } else {
                  vErrors.push(err46);
                }
                errors++;
              }
            }
          }
          var _valid0 = _errs49 === errors;
          valid7 = _valid0;
          ifClause0 = "then";
        } else {
          const _errs52 = errors;
          const _errs53 = errors;
          let valid10 = true;
          const _errs54 = errors;
          if (data21 && typeof data21 == "object" && !Array.isArray(data21)) {
            if (data21.kind !== void 0) {
              if ("unidentified" !== data21.kind) {
                const err47 = {};
                if (vErrors === null) {
                  vErrors = [err47];
                } else {
                  vErrors.push(err47);
                }
                errors++;
              }
            }
          }
          var _valid1 = _errs54 === errors;
          errors = _errs53;
          if (vErrors !== null) {
            if (_errs53) {
              vErrors.length = _errs53;
            } else {
              vErrors = null;
            }
          }
          if (_valid1) {
            const _errs56 = errors;
            if (data21 && typeof data21 == "object" && !Array.isArray(data21)) {
              if (data21.reason === void 0) {
                const err48 = { instancePath: instancePath + "/agent/found", schemaPath: "#/properties/agent/properties/found/else/then/required", keyword: "required", params: { missingProperty: "reason" }, message: "must have required property 'reason'" };
                if (vErrors === null) {
                  vErrors = [err48];
                } else {
                  vErrors.push(err48);
                }
                errors++;
              }
              if (data21.reason !== void 0) {
                if (typeof data21.reason !== "string") {
                  const err49 = { instancePath: instancePath + "/agent/found/reason", schemaPath: "#/properties/agent/properties/found/else/then/properties/reason/type", keyword: "type", params: { type: "string" }, message: "must be string" };
                  if (vErrors === null) {
                    vErrors = [err49];
                  } else {
                    vErrors.push(err49);
                  }
                  errors++;
                }
              }
            }
            var _valid1 = _errs56 === errors;
            valid10 = _valid1;
          }
          if (!valid10) {
            const err50 = { instancePath: instancePath + "/agent/found", schemaPath: "#/properties/agent/properties/found/else/if", keyword: "if", params: { failingKeyword: "then" }, message: 'must match "then" schema' };
            if (vErrors === null) {
              vErrors = [err50];
            } else {
              vErrors.push(err50);
            }
            errors++;
          }
          var _valid0 = _errs52 === errors;
          valid7 = _valid0;
          ifClause0 = "else";
        }
        if (!valid7) {
          const err51 = { instancePath: instancePath + "/agent/found", schemaPath: "#/properties/agent/properties/found/if", keyword: "if", params: { failingKeyword: ifClause0 }, message: 'must match "' + ifClause0 + '" schema' };
          if (vErrors === null) {
            vErrors = [err51];
          } else {
            vErrors.push(err51);
          }
          errors++;
        }
        if (data21 && typeof data21 == "object" && !Array.isArray(data21)) {
          if (data21.kind === void 0) {
            const err52 = { instancePath: instancePath + "/agent/found", schemaPath: "#/properties/agent/properties/found/required", keyword: "required", params: { missingProperty: "kind" }, message: "must have required property 'kind'" };
            if (vErrors === null) {
              vErrors = [err52];
            } else {
              vErrors.push(err52);
            }
            errors++;
          }
          if (data21.kind !== void 0) {
            let data27 = data21.kind;
            if (!(data27 === "conversation" || data27 === "fresh" || data27 === "unidentified")) {
              const err53 = { instancePath: instancePath + "/agent/found/kind", schemaPath: "#/properties/agent/properties/found/properties/kind/enum", keyword: "enum", params: { allowedValues: schema19.properties.agent.properties.found.properties.kind.enum }, message: "must be equal to one of the allowed values" };
              if (vErrors === null) {
                vErrors = [err53];
              } else {
                vErrors.push(err53);
              }
              errors++;
            }
          }
        } else {
          const err54 = { instancePath: instancePath + "/agent/found", schemaPath: "#/properties/agent/properties/found/type", keyword: "type", params: { type: "object" }, message: "must be object" };
          if (vErrors === null) {
            vErrors = [err54];
          } else {
            vErrors.push(err54);
          }
          errors++;
        }
      }
      if (data15.launch !== void 0) {
        let data28 = data15.launch;
        if (data28 && typeof data28 == "object" && !Array.isArray(data28)) {
          if (data28.droppedArgs === void 0) {
            data28.droppedArgs = [];
          }
          if (data28.executable === void 0) {
            const err55 = { instancePath: instancePath + "/agent/launch", schemaPath: "#/properties/agent/properties/launch/required", keyword: "required", params: { missingProperty: "executable" }, message: "must have required property 'executable'" };
            if (vErrors === null) {
              vErrors = [err55];
            } else {
              vErrors.push(err55);
            }
            errors++;
          }
          if (data28.args === void 0) {
            const err56 = { instancePath: instancePath + "/agent/launch", schemaPath: "#/properties/agent/properties/launch/required", keyword: "required", params: { missingProperty: "args" }, message: "must have required property 'args'" };
            if (vErrors === null) {
              vErrors = [err56];
            } else {
              vErrors.push(err56);
            }
            errors++;
          }
          if (data28.env === void 0) {
            const err57 = { instancePath: instancePath + "/agent/launch", schemaPath: "#/properties/agent/properties/launch/required", keyword: "required", params: { missingProperty: "env" }, message: "must have required property 'env'" };
            if (vErrors === null) {
              vErrors = [err57];
            } else {
              vErrors.push(err57);
            }
            errors++;
          }
          if (data28.directory === void 0) {
            const err58 = { instancePath: instancePath + "/agent/launch", schemaPath: "#/properties/agent/properties/launch/required", keyword: "required", params: { missingProperty: "directory" }, message: "must have required property 'directory'" };
            if (vErrors === null) {
              vErrors = [err58];
            } else {
              vErrors.push(err58);
            }
            errors++;
          }
          if (data28.executable !== void 0) {
            let data29 = data28.executable;
            if (typeof data29 === "string") {
              if (func2(data29) < 1) {
                const err59 = { instancePath: instancePath + "/agent/launch/executable", schemaPath: "#/properties/agent/properties/launch/properties/executable/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters" };
                if (vErrors === null) {
                  vErrors = [err59];
                } else {
                  vErrors.push(err59);
                }
                errors++;
              }
            } else {
              const err60 = { instancePath: instancePath + "/agent/launch/executable", schemaPath: "#/properties/agent/properties/launch/properties/executable/type", keyword: "type", params: { type: "string" }, message: "must be string" };
              if (vErrors === null) {
                vErrors = [err60];
              } else {
                vErrors.push(err60);
              }
              errors++;
            }
          }
          if (data28.args !== void 0) {
            let data30 = data28.args;
            if (Array.isArray(data30)) {
              const len0 = data30.length;
              for (let i0 = 0; i0 < len0; i0++) {
                if (typeof data30[i0] !== "string") {
                  const err61 = { instancePath: instancePath + "/agent/launch/args/" + i0, schemaPath: "#/properties/agent/properties/launch/properties/args/items/type", keyword: "type", params: { type: "string" }, message: "must be string" };
                  if (vErrors === null) {
                    vErrors = [err61];
                  } else {
                    vErrors.push(err61);
                  }
                  errors++;
                }
              }
            } else {
              const err62 = { instancePath: instancePath + "/agent/launch/args", schemaPath: "#/properties/agent/properties/launch/properties/args/type", keyword: "type", params: { type: "array" }, message: "must be array" };
              if (vErrors === null) {
                vErrors = [err62];
              } else {
                vErrors.push(err62);
              }
              errors++;
            }
          }
          let data32 = data28.droppedArgs;
          if (Array.isArray(data32)) {
            const len1 = data32.length;
            for (let i1 = 0; i1 < len1; i1++) {
              if (typeof data32[i1] !== "string") {
                const err63 = { instancePath: instancePath + "/agent/launch/droppedArgs/" + i1, schemaPath: "#/properties/agent/properties/launch/properties/droppedArgs/items/type", keyword: "type", params: { type: "string" }, message: "must be string" };
                if (vErrors === null) {
                  vErrors = [err63];
                } else {
                  vErrors.push(err63);
                }
                errors++;
              }
            }
          } else {
            const err64 = { instancePath: instancePath + "/agent/launch/droppedArgs", schemaPath: "#/properties/agent/properties/launch/properties/droppedArgs/type", keyword: "type", params: { type: "array" }, message: "must be array" };
            if (vErrors === null) {
              vErrors = [err64];
            } else {
              vErrors.push(err64);
            }
            errors++;
          }
          if (data28.env !== void 0) {
            let data34 = data28.env;
            if (data34 && typeof data34 == "object" && !Array.isArray(data34)) {
              for (const key0 in data34) {
                if (typeof data34[key0] !== "string") {
                  const err65 = { instancePath: instancePath + "/agent/launch/env/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/agent/properties/launch/properties/env/additionalProperties/type", keyword: "type", params: { type: "string" }, message: "must be string" };
                  if (vErrors === null) {
                    vErrors = [err65];
                  } else {
                    vErrors.push(err65);
                  }
                  errors++;
                }
              }
            } else {
              const err66 = { instancePath: instancePath + "/agent/launch/env", schemaPath: "#/properties/agent/properties/launch/properties/env/type", keyword: "type", params: { type: "object" }, message: "must be object" };
              if (vErrors === null) {
                vErrors = [err66];
              } else {
                vErrors.push(err66);
              }
              errors++;
            }
          }
          if (data28.directory !== void 0) {
            if (typeof data28.directory !== "string") {
              const err67 = { instancePath: instancePath + "/agent/launch/directory", schemaPath: "#/properties/agent/properties/launch/properties/directory/type", keyword: "type", params: { type: "string" }, message: "must be string" };
              if (vErrors === null) {
                vErrors = [err67];
              } else {
                vErrors.push(err67);
              }
              errors++;
            }
          }
        } else {
          const err68 = { instancePath: instancePath + "/agent/launch", schemaPath: "#/properties/agent/properties/launch/type", keyword: "type", params: { type: "object" }, message: "must be object" };
          if (vErrors === null) {
            vErrors = [err68];
          } else {
            vErrors.push(err68);
          }
          errors++;
        }
      }
    }
  } else {
    const err69 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" }, message: "must be object" };
    if (vErrors === null) {
      vErrors = [err69];
    } else {
      vErrors.push(err69);
    }
    errors++;
  }
  validate14.errors = vErrors;
  return errors === 0;
}
function validate13(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.automaticName === void 0) {
      data.automaticName = true;
    }
    if (data.layout === void 0) {
      data.layout = null;
    }
    if (data.index === void 0) {
      const err0 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "index" }, message: "must have required property 'index'" };
      if (vErrors === null) {
        vErrors = [err0];
      } else {
        vErrors.push(err0);
      }
      errors++;
    }
    if (data.name === void 0) {
      const err1 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "name" }, message: "must have required property 'name'" };
      if (vErrors === null) {
        vErrors = [err1];
      } else {
        vErrors.push(err1);
      }
      errors++;
    }
    if (data.active === void 0) {
      const err2 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "active" }, message: "must have required property 'active'" };
      if (vErrors === null) {
        vErrors = [err2];
      } else {
        vErrors.push(err2);
      }
      errors++;
    }
    if (data.panes === void 0) {
      const err3 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "panes" }, message: "must have required property 'panes'" };
      if (vErrors === null) {
        vErrors = [err3];
      } else {
        vErrors.push(err3);
      }
      errors++;
    }
    if (data.index !== void 0) {
      let data0 = data.index;
      if (!(typeof data0 == "number" && (!(data0 % 1) && !isNaN(data0)) && isFinite(data0))) {
        const err4 = { instancePath: instancePath + "/index", schemaPath: "#/properties/index/type", keyword: "type", params: { type: "integer" }, message: "must be integer" };
        if (vErrors === null) {
          vErrors = [err4];
        } else {
          vErrors.push(err4);
        }
        errors++;
      }
      if (typeof data0 == "number" && isFinite(data0)) {
        if (data0 < 0 || isNaN(data0)) {
          const err5 = { instancePath: instancePath + "/index", schemaPath: "#/properties/index/minimum", keyword: "minimum", params: { comparison: ">=", limit: 0 }, message: "must be >= 0" };
          if (vErrors === null) {
            vErrors = [err5];
          } else {
            vErrors.push(err5);
          }
          errors++;
        }
      }
    }
    if (data.name !== void 0) {
      if (typeof data.name !== "string") {
        const err6 = { instancePath: instancePath + "/name", schemaPath: "#/properties/name/type", keyword: "type", params: { type: "string" }, message: "must be string" };
        if (vErrors === null) {
          vErrors = [err6];
        } else {
          vErrors.push(err6);
        }
        errors++;
      }
    }
    if (typeof data.automaticName !== "boolean") {
      const err7 = { instancePath: instancePath + "/automaticName", schemaPath: "#/properties/automaticName/type", keyword: "type", params: { type: "boolean" }, message: "must be boolean" };
      if (vErrors === null) {
        vErrors = [err7];
      } else {
        vErrors.push(err7);
      }
      errors++;
    }
    if (data.active !== void 0) {
      if (typeof data.active !== "boolean") {
        const err8 = { instancePath: instancePath + "/active", schemaPath: "#/properties/active/type", keyword: "type", params: { type: "boolean" }, message: "must be boolean" };
        if (vErrors === null) {
          vErrors = [err8];
        } else {
          vErrors.push(err8);
        }
        errors++;
      }
    }
    let data4 = data.layout;
    if (typeof data4 !== "string" && data4 !== null) {
      const err9 = { instancePath: instancePath + "/layout", schemaPath: "#/properties/layout/type", keyword: "type", params: { type: schema18.properties.layout.type }, message: "must be string,null" };
      if (vErrors === null) {
        vErrors = [err9];
      } else {
        vErrors.push(err9);
      }
      errors++;
    }
    if (data.panes !== void 0) {
      let data5 = data.panes;
      if (Array.isArray(data5)) {
        const len0 = data5.length;
        for (let i0 = 0; i0 < len0; i0++) {
          if (!validate14(data5[i0], { instancePath: instancePath + "/panes/" + i0, parentData: data5, parentDataProperty: i0, rootData })) {
            vErrors = vErrors === null ? validate14.errors : vErrors.concat(validate14.errors);
            errors = vErrors.length;
          }
        }
      } else {
        const err10 = { instancePath: instancePath + "/panes", schemaPath: "#/properties/panes/type", keyword: "type", params: { type: "array" }, message: "must be array" };
        if (vErrors === null) {
          vErrors = [err10];
        } else {
          vErrors.push(err10);
        }
        errors++;
      }
    }
  } else {
    const err11 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" }, message: "must be object" };
    if (vErrors === null) {
      vErrors = [err11];
    } else {
      vErrors.push(err11);
    }
    errors++;
  }
  validate13.errors = vErrors;
  return errors === 0;
}
function validate12(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  const _errs1 = errors;
  let valid0 = true;
  const _errs2 = errors;
  if (data && typeof data == "object" && !Array.isArray(data)) {
    let missing0;
    if (data.state === void 0 && (missing0 = "state")) {
      const err0 = {};
      if (vErrors === null) {
        vErrors = [err0];
      } else {
        vErrors.push(err0);
      }
      errors++;
    } else {
      if (data.state !== void 0) {
        if ("gone" !== data.state) {
          const err1 = {};
          if (vErrors === null) {
            vErrors = [err1];
          } else {
            vErrors.push(err1);
          }
          errors++;
        }
      }
    }
  }
  var _valid0 = _errs2 === errors;
  errors = _errs1;
  if (vErrors !== null) {
    if (_errs1) {
      vErrors.length = _errs1;
    } else {
      vErrors = null;
    }
  }
  let ifClause0;
  if (_valid0) {
    const _errs4 = errors;
    if (data && typeof data == "object" && !Array.isArray(data)) {
      if (data.cause !== void 0) {
        let data1 = data.cause;
        if (!(data1 === "reboot" || data1 === "server-died" || data1 === "killed" || data1 === "server-stopped" || data1 === "closed" || data1 === "forgotten")) {
          const err2 = { instancePath: instancePath + "/cause", schemaPath: "#/then/properties/cause/enum", keyword: "enum", params: { allowedValues: schema15.then.properties.cause.enum }, message: "must be equal to one of the allowed values" };
          if (vErrors === null) {
            vErrors = [err2];
          } else {
            vErrors.push(err2);
          }
          errors++;
        }
      }
      if (data.goneAt !== void 0) {
        let data2 = data.goneAt;
        if (typeof data2 === "string") {
          if (!pattern1.test(data2)) {
            const err3 = { instancePath: instancePath + "/goneAt", schemaPath: "#/definitions/time/pattern", keyword: "pattern", params: { pattern: "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?Z$" }, message: 'must match pattern "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?Z$"' };
            if (vErrors === null) {
              vErrors = [err3];
            } else {
              vErrors.push(err3);
            }
            errors++;
          }
        } else {
          const err4 = { instancePath: instancePath + "/goneAt", schemaPath: "#/definitions/time/type", keyword: "type", params: { type: "string" }, message: "must be string" };
          if (vErrors === null) {
            vErrors = [err4];
          } else {
            vErrors.push(err4);
          }
          errors++;
        }
      }
    }
    var _valid0 = _errs4 === errors;
    valid0 = _valid0;
    ifClause0 = "then";
  } else {
    const _errs9 = errors;
    if (data && typeof data == "object" && !Array.isArray(data)) {
      if (data.cause !== void 0) {
        if (data.cause !== null) {
          const err5 = { instancePath: instancePath + "/cause", schemaPath: "#/else/properties/cause/type", keyword: "type", params: { type: "null" }, message: "must be null" };
          if (vErrors === null) {
            vErrors = [err5];
          } else {
            vErrors.push(err5);
          }
          errors++;
        }
      }
      if (data.goneAt !== void 0) {
        if (data.goneAt !== null) {
          const err6 = { instancePath: instancePath + "/goneAt", schemaPath: "#/else/properties/goneAt/type", keyword: "type", params: { type: "null" }, message: "must be null" };
          if (vErrors === null) {
            vErrors = [err6];
          } else {
            vErrors.push(err6);
          }
          errors++;
        }
      }
    }
    var _valid0 = _errs9 === errors;
    valid0 = _valid0;
    ifClause0 = "else";
  }
  if (!valid0) {
    const err7 = { instancePath, schemaPath: "#/if", keyword: "if", params: { failingKeyword: ifClause0 }, message: 'must match "' + ifClause0 + '" schema' };
    if (vErrors === null) {
      vErrors = [err7];
    } else {
      vErrors.push(err7);
    }
    errors++;
  }
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.tmuxId === void 0) {
      data.tmuxId = null;
    }
    if (data.createdAt === void 0) {
      data.createdAt = null;
    }
    if (data.path === void 0) {
      data.path = "/";
    }
    if (data.sharesWindowsOf === void 0) {
      data.sharesWindowsOf = null;
    }
    if (data.name === void 0) {
      const err8 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "name" }, message: "must have required property 'name'" };
      if (vErrors === null) {
        vErrors = [err8];
      } else {
        vErrors.push(err8);
      }
      errors++;
    }
    if (data.state === void 0) {
      const err9 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "state" }, message: "must have required property 'state'" };
      if (vErrors === null) {
        vErrors = [err9];
      } else {
        vErrors.push(err9);
      }
      errors++;
    }
    if (data.cause === void 0) {
      const err10 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "cause" }, message: "must have required property 'cause'" };
      if (vErrors === null) {
        vErrors = [err10];
      } else {
        vErrors.push(err10);
      }
      errors++;
    }
    if (data.goneAt === void 0) {
      const err11 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "goneAt" }, message: "must have required property 'goneAt'" };
      if (vErrors === null) {
        vErrors = [err11];
      } else {
        vErrors.push(err11);
      }
      errors++;
    }
    if (data.lastSeenAt === void 0) {
      const err12 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "lastSeenAt" }, message: "must have required property 'lastSeenAt'" };
      if (vErrors === null) {
        vErrors = [err12];
      } else {
        vErrors.push(err12);
      }
      errors++;
    }
    if (data.windows === void 0) {
      const err13 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "windows" }, message: "must have required property 'windows'" };
      if (vErrors === null) {
        vErrors = [err13];
      } else {
        vErrors.push(err13);
      }
      errors++;
    }
    if (data.name !== void 0) {
      let data5 = data.name;
      if (typeof data5 === "string") {
        if (func2(data5) < 1) {
          const err14 = { instancePath: instancePath + "/name", schemaPath: "#/properties/name/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters" };
          if (vErrors === null) {
            vErrors = [err14];
          } else {
            vErrors.push(err14);
          }
          errors++;
        }
      } else {
        const err15 = { instancePath: instancePath + "/name", schemaPath: "#/properties/name/type", keyword: "type", params: { type: "string" }, message: "must be string" };
        if (vErrors === null) {
          vErrors = [err15];
        } else {
          vErrors.push(err15);
        }
        errors++;
      }
    }
    if (data.state !== void 0) {
      let data6 = data.state;
      if (!(data6 === "live" || data6 === "gone")) {
        const err16 = { instancePath: instancePath + "/state", schemaPath: "#/properties/state/enum", keyword: "enum", params: { allowedValues: schema15.properties.state.enum }, message: "must be equal to one of the allowed values" };
        if (vErrors === null) {
          vErrors = [err16];
        } else {
          vErrors.push(err16);
        }
        errors++;
      }
    }
    if (data.cause !== void 0) {
      let data7 = data.cause;
      if (typeof data7 !== "string" && data7 !== null) {
        const err17 = { instancePath: instancePath + "/cause", schemaPath: "#/properties/cause/type", keyword: "type", params: { type: schema15.properties.cause.type }, message: "must be string,null" };
        if (vErrors === null) {
          vErrors = [err17];
        } else {
          vErrors.push(err17);
        }
        errors++;
      }
    }
    if (data.goneAt !== void 0) {
      let data8 = data.goneAt;
      if (typeof data8 !== "string" && data8 !== null) {
        const err18 = { instancePath: instancePath + "/goneAt", schemaPath: "#/properties/goneAt/type", keyword: "type", params: { type: schema15.properties.goneAt.type }, message: "must be string,null" };
        if (vErrors === null) {
          vErrors = [err18];
        } else {
          vErrors.push(err18);
        }
        errors++;
      }
    }
    let data9 = data.tmuxId;
    if (typeof data9 !== "string" && data9 !== null) {
      const err19 = { instancePath: instancePath + "/tmuxId", schemaPath: "#/properties/tmuxId/type", keyword: "type", params: { type: schema15.properties.tmuxId.type }, message: "must be string,null" };
      if (vErrors === null) {
        vErrors = [err19];
      } else {
        vErrors.push(err19);
      }
      errors++;
    }
    let data10 = data.createdAt;
    if (typeof data10 !== "string" && data10 !== null) {
      const err20 = { instancePath: instancePath + "/createdAt", schemaPath: "#/properties/createdAt/type", keyword: "type", params: { type: schema15.properties.createdAt.type }, message: "must be string,null" };
      if (vErrors === null) {
        vErrors = [err20];
      } else {
        vErrors.push(err20);
      }
      errors++;
    }
    if (typeof data10 === "string") {
      if (!pattern1.test(data10)) {
        const err21 = { instancePath: instancePath + "/createdAt", schemaPath: "#/properties/createdAt/pattern", keyword: "pattern", params: { pattern: "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?Z$" }, message: 'must match pattern "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?Z$"' };
        if (vErrors === null) {
          vErrors = [err21];
        } else {
          vErrors.push(err21);
        }
        errors++;
      }
    }
    if (data.lastSeenAt !== void 0) {
      let data11 = data.lastSeenAt;
      if (typeof data11 === "string") {
        if (!pattern1.test(data11)) {
          const err22 = { instancePath: instancePath + "/lastSeenAt", schemaPath: "#/definitions/time/pattern", keyword: "pattern", params: { pattern: "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?Z$" }, message: 'must match pattern "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?Z$"' };
          if (vErrors === null) {
            vErrors = [err22];
          } else {
            vErrors.push(err22);
          }
          errors++;
        }
      } else {
        const err23 = { instancePath: instancePath + "/lastSeenAt", schemaPath: "#/definitions/time/type", keyword: "type", params: { type: "string" }, message: "must be string" };
        if (vErrors === null) {
          vErrors = [err23];
        } else {
          vErrors.push(err23);
        }
        errors++;
      }
    }
    if (typeof data.path !== "string") {
      const err24 = { instancePath: instancePath + "/path", schemaPath: "#/properties/path/type", keyword: "type", params: { type: "string" }, message: "must be string" };
      if (vErrors === null) {
        vErrors = [err24];
      } else {
        vErrors.push(err24);
      }
      errors++;
    }
    let data13 = data.sharesWindowsOf;
    if (typeof data13 !== "string" && data13 !== null) {
      const err25 = { instancePath: instancePath + "/sharesWindowsOf", schemaPath: "#/properties/sharesWindowsOf/type", keyword: "type", params: { type: schema15.properties.sharesWindowsOf.type }, message: "must be string,null" };
      if (vErrors === null) {
        vErrors = [err25];
      } else {
        vErrors.push(err25);
      }
      errors++;
    }
    if (data.windows !== void 0) {
      let data14 = data.windows;
      if (Array.isArray(data14)) {
        const len0 = data14.length;
        for (let i0 = 0; i0 < len0; i0++) {
          if (!validate13(data14[i0], { instancePath: instancePath + "/windows/" + i0, parentData: data14, parentDataProperty: i0, rootData })) {
            vErrors = vErrors === null ? validate13.errors : vErrors.concat(validate13.errors);
            errors = vErrors.length;
          }
        }
      } else {
        const err26 = { instancePath: instancePath + "/windows", schemaPath: "#/properties/windows/type", keyword: "type", params: { type: "array" }, message: "must be array" };
        if (vErrors === null) {
          vErrors = [err26];
        } else {
          vErrors.push(err26);
        }
        errors++;
      }
    }
  } else {
    const err27 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" }, message: "must be object" };
    if (vErrors === null) {
      vErrors = [err27];
    } else {
      vErrors.push(err27);
    }
    errors++;
  }
  validate12.errors = vErrors;
  return errors === 0;
}
function validate11(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.initStartTime === void 0) {
      data.initStartTime = null;
    }
    if (data.user === void 0) {
      const err0 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "user" }, message: "must have required property 'user'" };
      if (vErrors === null) {
        vErrors = [err0];
      } else {
        vErrors.push(err0);
      }
      errors++;
    }
    if (data.uid === void 0) {
      const err1 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "uid" }, message: "must have required property 'uid'" };
      if (vErrors === null) {
        vErrors = [err1];
      } else {
        vErrors.push(err1);
      }
      errors++;
    }
    if (data.host === void 0) {
      const err2 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "host" }, message: "must have required property 'host'" };
      if (vErrors === null) {
        vErrors = [err2];
      } else {
        vErrors.push(err2);
      }
      errors++;
    }
    if (data.takenAt === void 0) {
      const err3 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "takenAt" }, message: "must have required property 'takenAt'" };
      if (vErrors === null) {
        vErrors = [err3];
      } else {
        vErrors.push(err3);
      }
      errors++;
    }
    if (data.bootId === void 0) {
      const err4 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "bootId" }, message: "must have required property 'bootId'" };
      if (vErrors === null) {
        vErrors = [err4];
      } else {
        vErrors.push(err4);
      }
      errors++;
    }
    if (data.server === void 0) {
      const err5 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "server" }, message: "must have required property 'server'" };
      if (vErrors === null) {
        vErrors = [err5];
      } else {
        vErrors.push(err5);
      }
      errors++;
    }
    if (data.sessions === void 0) {
      const err6 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "sessions" }, message: "must have required property 'sessions'" };
      if (vErrors === null) {
        vErrors = [err6];
      } else {
        vErrors.push(err6);
      }
      errors++;
    }
    if (data.user !== void 0) {
      let data0 = data.user;
      if (typeof data0 === "string") {
        if (func2(data0) < 1) {
          const err7 = { instancePath: instancePath + "/user", schemaPath: "#/properties/user/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters" };
          if (vErrors === null) {
            vErrors = [err7];
          } else {
            vErrors.push(err7);
          }
          errors++;
        }
      } else {
        const err8 = { instancePath: instancePath + "/user", schemaPath: "#/properties/user/type", keyword: "type", params: { type: "string" }, message: "must be string" };
        if (vErrors === null) {
          vErrors = [err8];
        } else {
          vErrors.push(err8);
        }
        errors++;
      }
    }
    if (data.uid !== void 0) {
      let data1 = data.uid;
      if (!(typeof data1 == "number" && (!(data1 % 1) && !isNaN(data1)) && isFinite(data1))) {
        const err9 = { instancePath: instancePath + "/uid", schemaPath: "#/properties/uid/type", keyword: "type", params: { type: "integer" }, message: "must be integer" };
        if (vErrors === null) {
          vErrors = [err9];
        } else {
          vErrors.push(err9);
        }
        errors++;
      }
      if (typeof data1 == "number" && isFinite(data1)) {
        if (data1 < 0 || isNaN(data1)) {
          const err10 = { instancePath: instancePath + "/uid", schemaPath: "#/properties/uid/minimum", keyword: "minimum", params: { comparison: ">=", limit: 0 }, message: "must be >= 0" };
          if (vErrors === null) {
            vErrors = [err10];
          } else {
            vErrors.push(err10);
          }
          errors++;
        }
      }
    }
    if (data.host !== void 0) {
      if (typeof data.host !== "string") {
        const err11 = { instancePath: instancePath + "/host", schemaPath: "#/properties/host/type", keyword: "type", params: { type: "string" }, message: "must be string" };
        if (vErrors === null) {
          vErrors = [err11];
        } else {
          vErrors.push(err11);
        }
        errors++;
      }
    }
    if (data.takenAt !== void 0) {
      let data3 = data.takenAt;
      if (typeof data3 === "string") {
        if (!pattern1.test(data3)) {
          const err12 = { instancePath: instancePath + "/takenAt", schemaPath: "#/definitions/time/pattern", keyword: "pattern", params: { pattern: "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?Z$" }, message: 'must match pattern "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?Z$"' };
          if (vErrors === null) {
            vErrors = [err12];
          } else {
            vErrors.push(err12);
          }
          errors++;
        }
      } else {
        const err13 = { instancePath: instancePath + "/takenAt", schemaPath: "#/definitions/time/type", keyword: "type", params: { type: "string" }, message: "must be string" };
        if (vErrors === null) {
          vErrors = [err13];
        } else {
          vErrors.push(err13);
        }
        errors++;
      }
    }
    if (data.bootId !== void 0) {
      let data4 = data.bootId;
      if (typeof data4 !== "string" && data4 !== null) {
        const err14 = { instancePath: instancePath + "/bootId", schemaPath: "#/properties/bootId/type", keyword: "type", params: { type: schema12.properties.bootId.type }, message: "must be string,null" };
        if (vErrors === null) {
          vErrors = [err14];
        } else {
          vErrors.push(err14);
        }
        errors++;
      }
      if (typeof data4 === "string") {
        if (func2(data4) < 1) {
          const err15 = { instancePath: instancePath + "/bootId", schemaPath: "#/properties/bootId/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters" };
          if (vErrors === null) {
            vErrors = [err15];
          } else {
            vErrors.push(err15);
          }
          errors++;
        }
      }
    }
    let data5 = data.initStartTime;
    if (typeof data5 !== "string" && data5 !== null) {
      const err16 = { instancePath: instancePath + "/initStartTime", schemaPath: "#/properties/initStartTime/type", keyword: "type", params: { type: schema12.properties.initStartTime.type }, message: "must be string,null" };
      if (vErrors === null) {
        vErrors = [err16];
      } else {
        vErrors.push(err16);
      }
      errors++;
    }
    if (typeof data5 === "string") {
      if (!pattern2.test(data5)) {
        const err17 = { instancePath: instancePath + "/initStartTime", schemaPath: "#/properties/initStartTime/pattern", keyword: "pattern", params: { pattern: "^[0-9]+$" }, message: 'must match pattern "^[0-9]+$"' };
        if (vErrors === null) {
          vErrors = [err17];
        } else {
          vErrors.push(err17);
        }
        errors++;
      }
    }
    if (data.server !== void 0) {
      let data6 = data.server;
      const _errs15 = errors;
      let valid2 = false;
      const _errs16 = errors;
      if (data6 && typeof data6 == "object" && !Array.isArray(data6)) {
        if (data6.pid === void 0) {
          const err18 = { instancePath: instancePath + "/server", schemaPath: "#/definitions/server/required", keyword: "required", params: { missingProperty: "pid" }, message: "must have required property 'pid'" };
          if (vErrors === null) {
            vErrors = [err18];
          } else {
            vErrors.push(err18);
          }
          errors++;
        }
        if (data6.startTime === void 0) {
          const err19 = { instancePath: instancePath + "/server", schemaPath: "#/definitions/server/required", keyword: "required", params: { missingProperty: "startTime" }, message: "must have required property 'startTime'" };
          if (vErrors === null) {
            vErrors = [err19];
          } else {
            vErrors.push(err19);
          }
          errors++;
        }
        if (data6.pid !== void 0) {
          let data7 = data6.pid;
          if (!(typeof data7 == "number" && (!(data7 % 1) && !isNaN(data7)) && isFinite(data7))) {
            const err20 = { instancePath: instancePath + "/server/pid", schemaPath: "#/definitions/server/properties/pid/type", keyword: "type", params: { type: "integer" }, message: "must be integer" };
            if (vErrors === null) {
              vErrors = [err20];
            } else {
              vErrors.push(err20);
            }
            errors++;
          }
          if (typeof data7 == "number" && isFinite(data7)) {
            if (data7 < 1 || isNaN(data7)) {
              const err21 = { instancePath: instancePath + "/server/pid", schemaPath: "#/definitions/server/properties/pid/minimum", keyword: "minimum", params: { comparison: ">=", limit: 1 }, message: "must be >= 1" };
              if (vErrors === null) {
                vErrors = [err21];
              } else {
                vErrors.push(err21);
              }
              errors++;
            }
          }
        }
        if (data6.startTime !== void 0) {
          let data8 = data6.startTime;
          if (!(typeof data8 == "number" && (!(data8 % 1) && !isNaN(data8)) && isFinite(data8))) {
            const err22 = { instancePath: instancePath + "/server/startTime", schemaPath: "#/definitions/server/properties/startTime/type", keyword: "type", params: { type: "integer" }, message: "must be integer" };
            if (vErrors === null) {
              vErrors = [err22];
            } else {
              vErrors.push(err22);
            }
            errors++;
          }
          if (typeof data8 == "number" && isFinite(data8)) {
            if (data8 < 0 || isNaN(data8)) {
              const err23 = { instancePath: instancePath + "/server/startTime", schemaPath: "#/definitions/server/properties/startTime/minimum", keyword: "minimum", params: { comparison: ">=", limit: 0 }, message: "must be >= 0" };
              if (vErrors === null) {
                vErrors = [err23];
              } else {
                vErrors.push(err23);
              }
              errors++;
            }
          }
        }
      } else {
        const err24 = { instancePath: instancePath + "/server", schemaPath: "#/definitions/server/type", keyword: "type", params: { type: "object" }, message: "must be object" };
        if (vErrors === null) {
          vErrors = [err24];
        } else {
          vErrors.push(err24);
        }
        errors++;
      }
      var _valid0 = _errs16 === errors;
      valid2 = valid2 || _valid0;
      if (!valid2) {
        const _errs23 = errors;
        if (data6 !== null) {
          const err25 = { instancePath: instancePath + "/server", schemaPath: "#/properties/server/anyOf/1/type", keyword: "type", params: { type: "null" }, message: "must be null" };
          if (vErrors === null) {
            vErrors = [err25];
          } else {
            vErrors.push(err25);
          }
          errors++;
        }
        var _valid0 = _errs23 === errors;
        valid2 = valid2 || _valid0;
      }
      if (!valid2) {
        const err26 = { instancePath: instancePath + "/server", schemaPath: "#/properties/server/anyOf", keyword: "anyOf", params: {}, message: "must match a schema in anyOf" };
        if (vErrors === null) {
          vErrors = [err26];
        } else {
          vErrors.push(err26);
        }
        errors++;
      } else {
        errors = _errs15;
        if (vErrors !== null) {
          if (_errs15) {
            vErrors.length = _errs15;
          } else {
            vErrors = null;
          }
        }
      }
    }
    if (data.sessions !== void 0) {
      let data9 = data.sessions;
      if (Array.isArray(data9)) {
        const len0 = data9.length;
        for (let i0 = 0; i0 < len0; i0++) {
          if (!validate12(data9[i0], { instancePath: instancePath + "/sessions/" + i0, parentData: data9, parentDataProperty: i0, rootData })) {
            vErrors = vErrors === null ? validate12.errors : vErrors.concat(validate12.errors);
            errors = vErrors.length;
          }
        }
      } else {
        const err27 = { instancePath: instancePath + "/sessions", schemaPath: "#/properties/sessions/type", keyword: "type", params: { type: "array" }, message: "must be array" };
        if (vErrors === null) {
          vErrors = [err27];
        } else {
          vErrors.push(err27);
        }
        errors++;
      }
    }
  } else {
    const err28 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" }, message: "must be object" };
    if (vErrors === null) {
      vErrors = [err28];
    } else {
      vErrors.push(err28);
    }
    errors++;
  }
  validate11.errors = vErrors;
  return errors === 0;
}
function validate10(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  ;
  let vErrors = null;
  let errors = 0;
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.formatVersion === void 0) {
      const err0 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "formatVersion" }, message: "must have required property 'formatVersion'" };
      if (vErrors === null) {
        vErrors = [err0];
      } else {
        vErrors.push(err0);
      }
      errors++;
    }
    if (data.digest === void 0) {
      const err1 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "digest" }, message: "must have required property 'digest'" };
      if (vErrors === null) {
        vErrors = [err1];
      } else {
        vErrors.push(err1);
      }
      errors++;
    }
    if (data.manifest === void 0) {
      const err2 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "manifest" }, message: "must have required property 'manifest'" };
      if (vErrors === null) {
        vErrors = [err2];
      } else {
        vErrors.push(err2);
      }
      errors++;
    }
    if (data.formatVersion !== void 0) {
      let data0 = data.formatVersion;
      if (!(typeof data0 == "number" && (!(data0 % 1) && !isNaN(data0)) && isFinite(data0))) {
        const err3 = { instancePath: instancePath + "/formatVersion", schemaPath: "#/properties/formatVersion/type", keyword: "type", params: { type: "integer" }, message: "must be integer" };
        if (vErrors === null) {
          vErrors = [err3];
        } else {
          vErrors.push(err3);
        }
        errors++;
      }
      if (1 !== data0) {
        const err4 = { instancePath: instancePath + "/formatVersion", schemaPath: "#/properties/formatVersion/const", keyword: "const", params: { allowedValue: 1 }, message: "must be equal to constant" };
        if (vErrors === null) {
          vErrors = [err4];
        } else {
          vErrors.push(err4);
        }
        errors++;
      }
    }
    if (data.digest !== void 0) {
      let data1 = data.digest;
      if (typeof data1 === "string") {
        if (!pattern0.test(data1)) {
          const err5 = { instancePath: instancePath + "/digest", schemaPath: "#/properties/digest/pattern", keyword: "pattern", params: { pattern: "^sha256:[0-9a-f]{64}$" }, message: 'must match pattern "^sha256:[0-9a-f]{64}$"' };
          if (vErrors === null) {
            vErrors = [err5];
          } else {
            vErrors.push(err5);
          }
          errors++;
        }
      } else {
        const err6 = { instancePath: instancePath + "/digest", schemaPath: "#/properties/digest/type", keyword: "type", params: { type: "string" }, message: "must be string" };
        if (vErrors === null) {
          vErrors = [err6];
        } else {
          vErrors.push(err6);
        }
        errors++;
      }
    }
    if (data.manifest !== void 0) {
      if (!validate11(data.manifest, { instancePath: instancePath + "/manifest", parentData: data, parentDataProperty: "manifest", rootData })) {
        vErrors = vErrors === null ? validate11.errors : vErrors.concat(validate11.errors);
        errors = vErrors.length;
      }
    }
  } else {
    const err7 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" }, message: "must be object" };
    if (vErrors === null) {
      vErrors = [err7];
    } else {
      vErrors.push(err7);
    }
    errors++;
  }
  validate10.errors = vErrors;
  return errors === 0;
}
export {
  validateSnapshot
};
