// Generated from schemas/roster.schema.json by scripts/generate-validators.mjs. Do not edit.
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

// validate-roster.gen.js
var validateRoster = validate10;
var schema11 = { "$schema": "http://json-schema.org/draft-07/schema#", "$id": "https://tmux-persist.invalid/schemas/roster.schema.json", "title": "Roster", "description": "The users of a shared host, keyed by Unix account name. Keys that are not described here belong to other tools and are accepted.", "type": "object", "required": ["users"], "properties": { "persist": { "title": "Defaults of tmux-persist", "description": "Settings for every user. A user's own `persist` is laid over them.", "allOf": [{ "$ref": "#/definitions/persist" }], "type": ["object", "null"], "properties": { "start": { "title": "How gently agents are started", "description": "On the host as a whole.", "type": ["object", "null"], "properties": { "agents_at_once": { "title": "Agents at once", "description": "How many agents may be starting at the same time. Default: the number of processors.", "type": "integer", "minimum": 1 }, "memory_floor_mib": { "title": "Memory floor", "description": "No further agent is started while less memory than this (MemAvailable, in MiB) is available; it is reported as deferred.", "type": "integer", "minimum": 0, "default": 512 } } } } }, "users": { "title": "Users", "description": "One entry for each Unix account; the value may be empty.", "type": "object", "propertyNames": { "title": "Unix account name", "description": "Starts with a letter or an underscore; then letters, digits, `.`, `_`, `-`; may end in `$`.", "maxLength": 32, "pattern": "^[A-Za-z_][A-Za-z0-9._-]*\\$?$" }, "additionalProperties": { "$ref": "#/definitions/user" } } }, "definitions": { "user": { "title": "User", "description": "One Unix account. Rules across keys (namespaces with tier, repos with code_layout) are checked by the program.", "type": ["object", "null"], "properties": { "authentik_user": { "title": "Name at the identity provider", "description": "The login that leads to this account. It becomes a line of the user map, so it holds no `=`, `:`, `#`, whitespace or control character. No two users share one.", "type": "string", "minLength": 1, "maxLength": 256, "pattern": "^[^=:#\\s\\u0000-\\u001f\\u007f-\\u009f\\ud800-\\udfff]*$" }, "k8s_user": { "title": "Name in the cluster", "description": "Used by the provisioner.", "type": "string", "minLength": 1, "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f]*$" }, "tier": { "title": "Tier", "description": "What the user may do. `namespace-owner` requires `namespaces`.", "type": "string", "enum": ["admin", "power-user", "namespace-owner"] }, "namespaces": { "title": "Namespaces", "description": "The cluster namespaces that a namespace-owner owns.", "type": "array", "uniqueItems": true, "items": { "type": "string", "maxLength": 63, "pattern": "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$" } }, "code_layout": { "title": "Layout of the code directory", "description": "`single` is one checkout; `workspace` is one directory that holds several.", "type": "string", "enum": ["single", "workspace"] }, "repos": { "title": "Repositories", "description": "Plain names of what the workspace holds besides `infra`, which is always there. Only with `code_layout: workspace`.", "type": "array", "uniqueItems": true, "items": { "type": "string", "maxLength": 100, "pattern": "^(?!\\.{1,2}$)[A-Za-z0-9._][A-Za-z0-9._-]*$" } }, "parked": { "title": "Parked", "description": "The user stays listed; nothing is saved or restored for them.", "type": "boolean" }, "persist": { "title": "This user's settings of tmux-persist", "description": "Laid over the defaults: `exclude` adds to them, `restore` and `memory` replace key by key, the others replace.", "$ref": "#/definitions/persist" } } }, "persist": { "title": "Settings of tmux-persist", "description": "How sessions are recorded and brought back.", "type": ["object", "null"], "properties": { "keep_snapshots": { "title": "Snapshots to keep", "description": "How many snapshots of each user stay on disk.", "type": "integer", "minimum": 1, "default": 200 }, "restore": { "title": "What comes back by itself", "description": "For each cause of loss: `automatic` sessions come back with every apply, `manual` ones when they are asked for.", "type": ["object", "null"], "properties": { "reboot": { "title": "The host rebooted", "description": "Default: automatic.", "$ref": "#/definitions/comesBack" }, "server-died": { "title": "The tmux server was killed or crashed", "description": "Default: automatic.", "$ref": "#/definitions/comesBack" }, "killed": { "title": "The kernel killed the session for memory", "description": "Default: automatic.", "$ref": "#/definitions/comesBack" }, "server-stopped": { "title": "The tmux server exited in an orderly way", "description": "Default: manual.", "$ref": "#/definitions/comesBack" }, "closed": { "title": "Somebody closed the session", "description": "Default: manual.", "$ref": "#/definitions/comesBack" } } }, "exclude": { "title": "Sessions to leave alone", "description": "Shell patterns (`*`, `?`) of session names that are neither saved nor restored.", "type": "array", "items": { "type": "string", "minLength": 1, "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f]*$" } }, "allow_skip_permissions": { "title": "Whether permissions may be skipped again", "description": "Whether an agent that ran with --dangerously-skip-permissions is started with it again.", "type": "boolean", "default": true }, "memory": { "title": "Memory limits", "description": "For the tmux server that tmux-persist starts for a user, with everything that runs in it; where systemd runs.", "type": ["object", "null"], "properties": { "server_high_mib": { "title": "Soft limit", "description": "In MiB (MemoryHigh=): from here on the kernel slows the user's processes down and takes memory back. Empty: no limit.", "type": ["integer", "null"], "minimum": 64, "maximum": 1073741824, "default": null }, "server_max_mib": { "title": "Hard limit", "description": "In MiB (MemoryMax=): at this the kernel kills the largest of the user's processes; the others live on. Empty: no limit.", "type": ["integer", "null"], "minimum": 64, "maximum": 1073741824, "default": null } } } } }, "comesBack": { "title": "Whether it comes back by itself", "description": "`automatic` or `manual`.", "type": "string", "enum": ["automatic", "manual"] } } };
var schema12 = { "title": "Settings of tmux-persist", "description": "How sessions are recorded and brought back.", "type": ["object", "null"], "properties": { "keep_snapshots": { "title": "Snapshots to keep", "description": "How many snapshots of each user stay on disk.", "type": "integer", "minimum": 1, "default": 200 }, "restore": { "title": "What comes back by itself", "description": "For each cause of loss: `automatic` sessions come back with every apply, `manual` ones when they are asked for.", "type": ["object", "null"], "properties": { "reboot": { "title": "The host rebooted", "description": "Default: automatic.", "$ref": "#/definitions/comesBack" }, "server-died": { "title": "The tmux server was killed or crashed", "description": "Default: automatic.", "$ref": "#/definitions/comesBack" }, "killed": { "title": "The kernel killed the session for memory", "description": "Default: automatic.", "$ref": "#/definitions/comesBack" }, "server-stopped": { "title": "The tmux server exited in an orderly way", "description": "Default: manual.", "$ref": "#/definitions/comesBack" }, "closed": { "title": "Somebody closed the session", "description": "Default: manual.", "$ref": "#/definitions/comesBack" } } }, "exclude": { "title": "Sessions to leave alone", "description": "Shell patterns (`*`, `?`) of session names that are neither saved nor restored.", "type": "array", "items": { "type": "string", "minLength": 1, "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f]*$" } }, "allow_skip_permissions": { "title": "Whether permissions may be skipped again", "description": "Whether an agent that ran with --dangerously-skip-permissions is started with it again.", "type": "boolean", "default": true }, "memory": { "title": "Memory limits", "description": "For the tmux server that tmux-persist starts for a user, with everything that runs in it; where systemd runs.", "type": ["object", "null"], "properties": { "server_high_mib": { "title": "Soft limit", "description": "In MiB (MemoryHigh=): from here on the kernel slows the user's processes down and takes memory back. Empty: no limit.", "type": ["integer", "null"], "minimum": 64, "maximum": 1073741824, "default": null }, "server_max_mib": { "title": "Hard limit", "description": "In MiB (MemoryMax=): at this the kernel kills the largest of the user's processes; the others live on. Empty: no limit.", "type": ["integer", "null"], "minimum": 64, "maximum": 1073741824, "default": null } } } } };
var schema13 = { "title": "Whether it comes back by itself", "description": "`automatic` or `manual`.", "type": "string", "enum": ["automatic", "manual"] };
var func2 = require_ucs2length().default;
var pattern0 = new RegExp("^[^\\u0000-\\u001f\\u007f-\\u009f]*$", "u");
function validate11(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (!(data && typeof data == "object" && !Array.isArray(data)) && data !== null) {
    const err0 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: schema12.type }, message: "must be object,null" };
    if (vErrors === null) {
      vErrors = [err0];
    } else {
      vErrors.push(err0);
    }
    errors++;
  }
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.keep_snapshots !== void 0) {
      let data0 = data.keep_snapshots;
      if (!(typeof data0 == "number" && (!(data0 % 1) && !isNaN(data0)) && isFinite(data0))) {
        const err1 = { instancePath: instancePath + "/keep_snapshots", schemaPath: "#/properties/keep_snapshots/type", keyword: "type", params: { type: "integer" }, message: "must be integer" };
        if (vErrors === null) {
          vErrors = [err1];
        } else {
          vErrors.push(err1);
        }
        errors++;
      }
      if (typeof data0 == "number" && isFinite(data0)) {
        if (data0 < 1 || isNaN(data0)) {
          const err2 = { instancePath: instancePath + "/keep_snapshots", schemaPath: "#/properties/keep_snapshots/minimum", keyword: "minimum", params: { comparison: ">=", limit: 1 }, message: "must be >= 1" };
          if (vErrors === null) {
            vErrors = [err2];
          } else {
            vErrors.push(err2);
          }
          errors++;
        }
      }
    }
    if (data.restore !== void 0) {
      let data1 = data.restore;
      if (!(data1 && typeof data1 == "object" && !Array.isArray(data1)) && data1 !== null) {
        const err3 = { instancePath: instancePath + "/restore", schemaPath: "#/properties/restore/type", keyword: "type", params: { type: schema12.properties.restore.type }, message: "must be object,null" };
        if (vErrors === null) {
          vErrors = [err3];
        } else {
          vErrors.push(err3);
        }
        errors++;
      }
      if (data1 && typeof data1 == "object" && !Array.isArray(data1)) {
        if (data1.reboot !== void 0) {
          let data2 = data1.reboot;
          if (typeof data2 !== "string") {
            const err4 = { instancePath: instancePath + "/restore/reboot", schemaPath: "#/definitions/comesBack/type", keyword: "type", params: { type: "string" }, message: "must be string" };
            if (vErrors === null) {
              vErrors = [err4];
            } else {
              vErrors.push(err4);
            }
            errors++;
          }
          if (!(data2 === "automatic" || data2 === "manual")) {
            const err5 = { instancePath: instancePath + "/restore/reboot", schemaPath: "#/definitions/comesBack/enum", keyword: "enum", params: { allowedValues: schema13.enum }, message: "must be equal to one of the allowed values" };
            if (vErrors === null) {
              vErrors = [err5];
            } else {
              vErrors.push(err5);
            }
            errors++;
          }
        }
        if (data1["server-died"] !== void 0) {
          let data3 = data1["server-died"];
          if (typeof data3 !== "string") {
            const err6 = { instancePath: instancePath + "/restore/server-died", schemaPath: "#/definitions/comesBack/type", keyword: "type", params: { type: "string" }, message: "must be string" };
            if (vErrors === null) {
              vErrors = [err6];
            } else {
              vErrors.push(err6);
            }
            errors++;
          }
          if (!(data3 === "automatic" || data3 === "manual")) {
            const err7 = { instancePath: instancePath + "/restore/server-died", schemaPath: "#/definitions/comesBack/enum", keyword: "enum", params: { allowedValues: schema13.enum }, message: "must be equal to one of the allowed values" };
            if (vErrors === null) {
              vErrors = [err7];
            } else {
              vErrors.push(err7);
            }
            errors++;
          }
        }
        if (data1.killed !== void 0) {
          let data4 = data1.killed;
          if (typeof data4 !== "string") {
            const err8 = { instancePath: instancePath + "/restore/killed", schemaPath: "#/definitions/comesBack/type", keyword: "type", params: { type: "string" }, message: "must be string" };
            if (vErrors === null) {
              vErrors = [err8];
            } else {
              vErrors.push(err8);
            }
            errors++;
          }
          if (!(data4 === "automatic" || data4 === "manual")) {
            const err9 = { instancePath: instancePath + "/restore/killed", schemaPath: "#/definitions/comesBack/enum", keyword: "enum", params: { allowedValues: schema13.enum }, message: "must be equal to one of the allowed values" };
            if (vErrors === null) {
              vErrors = [err9];
            } else {
              vErrors.push(err9);
            }
            errors++;
          }
        }
        if (data1["server-stopped"] !== void 0) {
          let data5 = data1["server-stopped"];
          if (typeof data5 !== "string") {
            const err10 = { instancePath: instancePath + "/restore/server-stopped", schemaPath: "#/definitions/comesBack/type", keyword: "type", params: { type: "string" }, message: "must be string" };
            if (vErrors === null) {
              vErrors = [err10];
            } else {
              vErrors.push(err10);
            }
            errors++;
          }
          if (!(data5 === "automatic" || data5 === "manual")) {
            const err11 = { instancePath: instancePath + "/restore/server-stopped", schemaPath: "#/definitions/comesBack/enum", keyword: "enum", params: { allowedValues: schema13.enum }, message: "must be equal to one of the allowed values" };
            if (vErrors === null) {
              vErrors = [err11];
            } else {
              vErrors.push(err11);
            }
            errors++;
          }
        }
        if (data1.closed !== void 0) {
          let data6 = data1.closed;
          if (typeof data6 !== "string") {
            const err12 = { instancePath: instancePath + "/restore/closed", schemaPath: "#/definitions/comesBack/type", keyword: "type", params: { type: "string" }, message: "must be string" };
            if (vErrors === null) {
              vErrors = [err12];
            } else {
              vErrors.push(err12);
            }
            errors++;
          }
          if (!(data6 === "automatic" || data6 === "manual")) {
            const err13 = { instancePath: instancePath + "/restore/closed", schemaPath: "#/definitions/comesBack/enum", keyword: "enum", params: { allowedValues: schema13.enum }, message: "must be equal to one of the allowed values" };
            if (vErrors === null) {
              vErrors = [err13];
            } else {
              vErrors.push(err13);
            }
            errors++;
          }
        }
      }
    }
    if (data.exclude !== void 0) {
      let data7 = data.exclude;
      if (Array.isArray(data7)) {
        const len0 = data7.length;
        for (let i0 = 0; i0 < len0; i0++) {
          let data8 = data7[i0];
          if (typeof data8 === "string") {
            if (func2(data8) < 1) {
              const err14 = { instancePath: instancePath + "/exclude/" + i0, schemaPath: "#/properties/exclude/items/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters" };
              if (vErrors === null) {
                vErrors = [err14];
              } else {
                vErrors.push(err14);
              }
              errors++;
            }
            if (!pattern0.test(data8)) {
              const err15 = { instancePath: instancePath + "/exclude/" + i0, schemaPath: "#/properties/exclude/items/pattern", keyword: "pattern", params: { pattern: "^[^\\u0000-\\u001f\\u007f-\\u009f]*$" }, message: 'must match pattern "^[^\\u0000-\\u001f\\u007f-\\u009f]*$"' };
              if (vErrors === null) {
                vErrors = [err15];
              } else {
                vErrors.push(err15);
              }
              errors++;
            }
          } else {
            const err16 = { instancePath: instancePath + "/exclude/" + i0, schemaPath: "#/properties/exclude/items/type", keyword: "type", params: { type: "string" }, message: "must be string" };
            if (vErrors === null) {
              vErrors = [err16];
            } else {
              vErrors.push(err16);
            }
            errors++;
          }
        }
      } else {
        const err17 = { instancePath: instancePath + "/exclude", schemaPath: "#/properties/exclude/type", keyword: "type", params: { type: "array" }, message: "must be array" };
        if (vErrors === null) {
          vErrors = [err17];
        } else {
          vErrors.push(err17);
        }
        errors++;
      }
    }
    if (data.allow_skip_permissions !== void 0) {
      if (typeof data.allow_skip_permissions !== "boolean") {
        const err18 = { instancePath: instancePath + "/allow_skip_permissions", schemaPath: "#/properties/allow_skip_permissions/type", keyword: "type", params: { type: "boolean" }, message: "must be boolean" };
        if (vErrors === null) {
          vErrors = [err18];
        } else {
          vErrors.push(err18);
        }
        errors++;
      }
    }
    if (data.memory !== void 0) {
      let data10 = data.memory;
      if (!(data10 && typeof data10 == "object" && !Array.isArray(data10)) && data10 !== null) {
        const err19 = { instancePath: instancePath + "/memory", schemaPath: "#/properties/memory/type", keyword: "type", params: { type: schema12.properties.memory.type }, message: "must be object,null" };
        if (vErrors === null) {
          vErrors = [err19];
        } else {
          vErrors.push(err19);
        }
        errors++;
      }
      if (data10 && typeof data10 == "object" && !Array.isArray(data10)) {
        if (data10.server_high_mib !== void 0) {
          let data11 = data10.server_high_mib;
          if (!(typeof data11 == "number" && (!(data11 % 1) && !isNaN(data11)) && isFinite(data11)) && data11 !== null) {
            const err20 = { instancePath: instancePath + "/memory/server_high_mib", schemaPath: "#/properties/memory/properties/server_high_mib/type", keyword: "type", params: { type: schema12.properties.memory.properties.server_high_mib.type }, message: "must be integer,null" };
            if (vErrors === null) {
              vErrors = [err20];
            } else {
              vErrors.push(err20);
            }
            errors++;
          }
          if (typeof data11 == "number" && isFinite(data11)) {
            if (data11 > 1073741824 || isNaN(data11)) {
              const err21 = { instancePath: instancePath + "/memory/server_high_mib", schemaPath: "#/properties/memory/properties/server_high_mib/maximum", keyword: "maximum", params: { comparison: "<=", limit: 1073741824 }, message: "must be <= 1073741824" };
              if (vErrors === null) {
                vErrors = [err21];
              } else {
                vErrors.push(err21);
              }
              errors++;
            }
            if (data11 < 64 || isNaN(data11)) {
              const err22 = { instancePath: instancePath + "/memory/server_high_mib", schemaPath: "#/properties/memory/properties/server_high_mib/minimum", keyword: "minimum", params: { comparison: ">=", limit: 64 }, message: "must be >= 64" };
              if (vErrors === null) {
                vErrors = [err22];
              } else {
                vErrors.push(err22);
              }
              errors++;
            }
          }
        }
        if (data10.server_max_mib !== void 0) {
          let data12 = data10.server_max_mib;
          if (!(typeof data12 == "number" && (!(data12 % 1) && !isNaN(data12)) && isFinite(data12)) && data12 !== null) {
            const err23 = { instancePath: instancePath + "/memory/server_max_mib", schemaPath: "#/properties/memory/properties/server_max_mib/type", keyword: "type", params: { type: schema12.properties.memory.properties.server_max_mib.type }, message: "must be integer,null" };
            if (vErrors === null) {
              vErrors = [err23];
            } else {
              vErrors.push(err23);
            }
            errors++;
          }
          if (typeof data12 == "number" && isFinite(data12)) {
            if (data12 > 1073741824 || isNaN(data12)) {
              const err24 = { instancePath: instancePath + "/memory/server_max_mib", schemaPath: "#/properties/memory/properties/server_max_mib/maximum", keyword: "maximum", params: { comparison: "<=", limit: 1073741824 }, message: "must be <= 1073741824" };
              if (vErrors === null) {
                vErrors = [err24];
              } else {
                vErrors.push(err24);
              }
              errors++;
            }
            if (data12 < 64 || isNaN(data12)) {
              const err25 = { instancePath: instancePath + "/memory/server_max_mib", schemaPath: "#/properties/memory/properties/server_max_mib/minimum", keyword: "minimum", params: { comparison: ">=", limit: 64 }, message: "must be >= 64" };
              if (vErrors === null) {
                vErrors = [err25];
              } else {
                vErrors.push(err25);
              }
              errors++;
            }
          }
        }
      }
    }
  }
  validate11.errors = vErrors;
  return errors === 0;
}
var schema18 = { "title": "User", "description": "One Unix account. Rules across keys (namespaces with tier, repos with code_layout) are checked by the program.", "type": ["object", "null"], "properties": { "authentik_user": { "title": "Name at the identity provider", "description": "The login that leads to this account. It becomes a line of the user map, so it holds no `=`, `:`, `#`, whitespace or control character. No two users share one.", "type": "string", "minLength": 1, "maxLength": 256, "pattern": "^[^=:#\\s\\u0000-\\u001f\\u007f-\\u009f\\ud800-\\udfff]*$" }, "k8s_user": { "title": "Name in the cluster", "description": "Used by the provisioner.", "type": "string", "minLength": 1, "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f]*$" }, "tier": { "title": "Tier", "description": "What the user may do. `namespace-owner` requires `namespaces`.", "type": "string", "enum": ["admin", "power-user", "namespace-owner"] }, "namespaces": { "title": "Namespaces", "description": "The cluster namespaces that a namespace-owner owns.", "type": "array", "uniqueItems": true, "items": { "type": "string", "maxLength": 63, "pattern": "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$" } }, "code_layout": { "title": "Layout of the code directory", "description": "`single` is one checkout; `workspace` is one directory that holds several.", "type": "string", "enum": ["single", "workspace"] }, "repos": { "title": "Repositories", "description": "Plain names of what the workspace holds besides `infra`, which is always there. Only with `code_layout: workspace`.", "type": "array", "uniqueItems": true, "items": { "type": "string", "maxLength": 100, "pattern": "^(?!\\.{1,2}$)[A-Za-z0-9._][A-Za-z0-9._-]*$" } }, "parked": { "title": "Parked", "description": "The user stays listed; nothing is saved or restored for them.", "type": "boolean" }, "persist": { "title": "This user's settings of tmux-persist", "description": "Laid over the defaults: `exclude` adds to them, `restore` and `memory` replace key by key, the others replace.", "$ref": "#/definitions/persist" } } };
var pattern2 = new RegExp("^[^=:#\\s\\u0000-\\u001f\\u007f-\\u009f\\ud800-\\udfff]*$", "u");
var pattern4 = new RegExp("^[a-z0-9]([a-z0-9-]*[a-z0-9])?$", "u");
var pattern5 = new RegExp("^(?!\\.{1,2}$)[A-Za-z0-9._][A-Za-z0-9._-]*$", "u");
function validate13(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (!(data && typeof data == "object" && !Array.isArray(data)) && data !== null) {
    const err0 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: schema18.type }, message: "must be object,null" };
    if (vErrors === null) {
      vErrors = [err0];
    } else {
      vErrors.push(err0);
    }
    errors++;
  }
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.authentik_user !== void 0) {
      let data0 = data.authentik_user;
      if (typeof data0 === "string") {
        if (func2(data0) > 256) {
          const err1 = { instancePath: instancePath + "/authentik_user", schemaPath: "#/properties/authentik_user/maxLength", keyword: "maxLength", params: { limit: 256 }, message: "must NOT have more than 256 characters" };
          if (vErrors === null) {
            vErrors = [err1];
          } else {
            vErrors.push(err1);
          }
          errors++;
        }
        if (func2(data0) < 1) {
          const err2 = { instancePath: instancePath + "/authentik_user", schemaPath: "#/properties/authentik_user/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters" };
          if (vErrors === null) {
            vErrors = [err2];
          } else {
            vErrors.push(err2);
          }
          errors++;
        }
        if (!pattern2.test(data0)) {
          const err3 = { instancePath: instancePath + "/authentik_user", schemaPath: "#/properties/authentik_user/pattern", keyword: "pattern", params: { pattern: "^[^=:#\\s\\u0000-\\u001f\\u007f-\\u009f\\ud800-\\udfff]*$" }, message: 'must match pattern "^[^=:#\\s\\u0000-\\u001f\\u007f-\\u009f\\ud800-\\udfff]*$"' };
          if (vErrors === null) {
            vErrors = [err3];
          } else {
            vErrors.push(err3);
          }
          errors++;
        }
      } else {
        const err4 = { instancePath: instancePath + "/authentik_user", schemaPath: "#/properties/authentik_user/type", keyword: "type", params: { type: "string" }, message: "must be string" };
        if (vErrors === null) {
          vErrors = [err4];
        } else {
          vErrors.push(err4);
        }
        errors++;
      }
    }
    if (data.k8s_user !== void 0) {
      let data1 = data.k8s_user;
      if (typeof data1 === "string") {
        if (func2(data1) < 1) {
          const err5 = { instancePath: instancePath + "/k8s_user", schemaPath: "#/properties/k8s_user/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters" };
          if (vErrors === null) {
            vErrors = [err5];
          } else {
            vErrors.push(err5);
          }
          errors++;
        }
        if (!pattern0.test(data1)) {
          const err6 = { instancePath: instancePath + "/k8s_user", schemaPath: "#/properties/k8s_user/pattern", keyword: "pattern", params: { pattern: "^[^\\u0000-\\u001f\\u007f-\\u009f]*$" }, message: 'must match pattern "^[^\\u0000-\\u001f\\u007f-\\u009f]*$"' };
          if (vErrors === null) {
            vErrors = [err6];
          } else {
            vErrors.push(err6);
          }
          errors++;
        }
      } else {
        const err7 = { instancePath: instancePath + "/k8s_user", schemaPath: "#/properties/k8s_user/type", keyword: "type", params: { type: "string" }, message: "must be string" };
        if (vErrors === null) {
          vErrors = [err7];
        } else {
          vErrors.push(err7);
        }
        errors++;
      }
    }
    if (data.tier !== void 0) {
      let data2 = data.tier;
      if (typeof data2 !== "string") {
        const err8 = { instancePath: instancePath + "/tier", schemaPath: "#/properties/tier/type", keyword: "type", params: { type: "string" }, message: "must be string" };
        if (vErrors === null) {
          vErrors = [err8];
        } else {
          vErrors.push(err8);
        }
        errors++;
      }
      if (!(data2 === "admin" || data2 === "power-user" || data2 === "namespace-owner")) {
        const err9 = { instancePath: instancePath + "/tier", schemaPath: "#/properties/tier/enum", keyword: "enum", params: { allowedValues: schema18.properties.tier.enum }, message: "must be equal to one of the allowed values" };
        if (vErrors === null) {
          vErrors = [err9];
        } else {
          vErrors.push(err9);
        }
        errors++;
      }
    }
    if (data.namespaces !== void 0) {
      let data3 = data.namespaces;
      if (Array.isArray(data3)) {
        const len0 = data3.length;
        for (let i0 = 0; i0 < len0; i0++) {
          let data4 = data3[i0];
          if (typeof data4 === "string") {
            if (func2(data4) > 63) {
              const err10 = { instancePath: instancePath + "/namespaces/" + i0, schemaPath: "#/properties/namespaces/items/maxLength", keyword: "maxLength", params: { limit: 63 }, message: "must NOT have more than 63 characters" };
              if (vErrors === null) {
                vErrors = [err10];
              } else {
                vErrors.push(err10);
              }
              errors++;
            }
            if (!pattern4.test(data4)) {
              const err11 = { instancePath: instancePath + "/namespaces/" + i0, schemaPath: "#/properties/namespaces/items/pattern", keyword: "pattern", params: { pattern: "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$" }, message: 'must match pattern "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$"' };
              if (vErrors === null) {
                vErrors = [err11];
              } else {
                vErrors.push(err11);
              }
              errors++;
            }
          } else {
            const err12 = { instancePath: instancePath + "/namespaces/" + i0, schemaPath: "#/properties/namespaces/items/type", keyword: "type", params: { type: "string" }, message: "must be string" };
            if (vErrors === null) {
              vErrors = [err12];
            } else {
              vErrors.push(err12);
            }
            errors++;
          }
        }
        let i1 = data3.length;
        let j0;
        if (i1 > 1) {
          const indices0 = {};
          for (; i1--; ) {
            let item0 = data3[i1];
            if (typeof item0 !== "string") {
              continue;
            }
            if (typeof indices0[item0] == "number") {
              j0 = indices0[item0];
              const err13 = { instancePath: instancePath + "/namespaces", schemaPath: "#/properties/namespaces/uniqueItems", keyword: "uniqueItems", params: { i: i1, j: j0 }, message: "must NOT have duplicate items (items ## " + j0 + " and " + i1 + " are identical)" };
              if (vErrors === null) {
                vErrors = [err13];
              } else {
                vErrors.push(err13);
              }
              errors++;
              break;
            }
            indices0[item0] = i1;
          }
        }
      } else {
        const err14 = { instancePath: instancePath + "/namespaces", schemaPath: "#/properties/namespaces/type", keyword: "type", params: { type: "array" }, message: "must be array" };
        if (vErrors === null) {
          vErrors = [err14];
        } else {
          vErrors.push(err14);
        }
        errors++;
      }
    }
    if (data.code_layout !== void 0) {
      let data5 = data.code_layout;
      if (typeof data5 !== "string") {
        const err15 = { instancePath: instancePath + "/code_layout", schemaPath: "#/properties/code_layout/type", keyword: "type", params: { type: "string" }, message: "must be string" };
        if (vErrors === null) {
          vErrors = [err15];
        } else {
          vErrors.push(err15);
        }
        errors++;
      }
      if (!(data5 === "single" || data5 === "workspace")) {
        const err16 = { instancePath: instancePath + "/code_layout", schemaPath: "#/properties/code_layout/enum", keyword: "enum", params: { allowedValues: schema18.properties.code_layout.enum }, message: "must be equal to one of the allowed values" };
        if (vErrors === null) {
          vErrors = [err16];
        } else {
          vErrors.push(err16);
        }
        errors++;
      }
    }
    if (data.repos !== void 0) {
      let data6 = data.repos;
      if (Array.isArray(data6)) {
        const len1 = data6.length;
        for (let i2 = 0; i2 < len1; i2++) {
          let data7 = data6[i2];
          if (typeof data7 === "string") {
            if (func2(data7) > 100) {
              const err17 = { instancePath: instancePath + "/repos/" + i2, schemaPath: "#/properties/repos/items/maxLength", keyword: "maxLength", params: { limit: 100 }, message: "must NOT have more than 100 characters" };
              if (vErrors === null) {
                vErrors = [err17];
              } else {
                vErrors.push(err17);
              }
              errors++;
            }
            if (!pattern5.test(data7)) {
              const err18 = { instancePath: instancePath + "/repos/" + i2, schemaPath: "#/properties/repos/items/pattern", keyword: "pattern", params: { pattern: "^(?!\\.{1,2}$)[A-Za-z0-9._][A-Za-z0-9._-]*$" }, message: 'must match pattern "^(?!\\.{1,2}$)[A-Za-z0-9._][A-Za-z0-9._-]*$"' };
              if (vErrors === null) {
                vErrors = [err18];
              } else {
                vErrors.push(err18);
              }
              errors++;
            }
          } else {
            const err19 = { instancePath: instancePath + "/repos/" + i2, schemaPath: "#/properties/repos/items/type", keyword: "type", params: { type: "string" }, message: "must be string" };
            if (vErrors === null) {
              vErrors = [err19];
            } else {
              vErrors.push(err19);
            }
            errors++;
          }
        }
        let i3 = data6.length;
        let j1;
        if (i3 > 1) {
          const indices1 = {};
          for (; i3--; ) {
            let item1 = data6[i3];
            if (typeof item1 !== "string") {
              continue;
            }
            if (typeof indices1[item1] == "number") {
              j1 = indices1[item1];
              const err20 = { instancePath: instancePath + "/repos", schemaPath: "#/properties/repos/uniqueItems", keyword: "uniqueItems", params: { i: i3, j: j1 }, message: "must NOT have duplicate items (items ## " + j1 + " and " + i3 + " are identical)" };
              if (vErrors === null) {
                vErrors = [err20];
              } else {
                vErrors.push(err20);
              }
              errors++;
              break;
            }
            indices1[item1] = i3;
          }
        }
      } else {
        const err21 = { instancePath: instancePath + "/repos", schemaPath: "#/properties/repos/type", keyword: "type", params: { type: "array" }, message: "must be array" };
        if (vErrors === null) {
          vErrors = [err21];
        } else {
          vErrors.push(err21);
        }
        errors++;
      }
    }
    if (data.parked !== void 0) {
      if (typeof data.parked !== "boolean") {
        const err22 = { instancePath: instancePath + "/parked", schemaPath: "#/properties/parked/type", keyword: "type", params: { type: "boolean" }, message: "must be boolean" };
        if (vErrors === null) {
          vErrors = [err22];
        } else {
          vErrors.push(err22);
        }
        errors++;
      }
    }
    if (data.persist !== void 0) {
      if (!validate11(data.persist, { instancePath: instancePath + "/persist", parentData: data, parentDataProperty: "persist", rootData })) {
        vErrors = vErrors === null ? validate11.errors : vErrors.concat(validate11.errors);
        errors = vErrors.length;
      }
    }
  }
  validate13.errors = vErrors;
  return errors === 0;
}
var pattern1 = new RegExp("^[A-Za-z_][A-Za-z0-9._-]*\\$?$", "u");
function validate10(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  ;
  let vErrors = null;
  let errors = 0;
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.users === void 0) {
      const err0 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "users" }, message: "must have required property 'users'" };
      if (vErrors === null) {
        vErrors = [err0];
      } else {
        vErrors.push(err0);
      }
      errors++;
    }
    if (data.persist !== void 0) {
      let data0 = data.persist;
      if (!(data0 && typeof data0 == "object" && !Array.isArray(data0)) && data0 !== null) {
        const err1 = { instancePath: instancePath + "/persist", schemaPath: "#/properties/persist/type", keyword: "type", params: { type: schema11.properties.persist.type }, message: "must be object,null" };
        if (vErrors === null) {
          vErrors = [err1];
        } else {
          vErrors.push(err1);
        }
        errors++;
      }
      if (!validate11(data0, { instancePath: instancePath + "/persist", parentData: data, parentDataProperty: "persist", rootData })) {
        vErrors = vErrors === null ? validate11.errors : vErrors.concat(validate11.errors);
        errors = vErrors.length;
      }
      if (data0 && typeof data0 == "object" && !Array.isArray(data0)) {
        if (data0.start !== void 0) {
          let data1 = data0.start;
          if (!(data1 && typeof data1 == "object" && !Array.isArray(data1)) && data1 !== null) {
            const err2 = { instancePath: instancePath + "/persist/start", schemaPath: "#/properties/persist/properties/start/type", keyword: "type", params: { type: schema11.properties.persist.properties.start.type }, message: "must be object,null" };
            if (vErrors === null) {
              vErrors = [err2];
            } else {
              vErrors.push(err2);
            }
            errors++;
          }
          if (data1 && typeof data1 == "object" && !Array.isArray(data1)) {
            if (data1.agents_at_once !== void 0) {
              let data2 = data1.agents_at_once;
              if (!(typeof data2 == "number" && (!(data2 % 1) && !isNaN(data2)) && isFinite(data2))) {
                const err3 = { instancePath: instancePath + "/persist/start/agents_at_once", schemaPath: "#/properties/persist/properties/start/properties/agents_at_once/type", keyword: "type", params: { type: "integer" }, message: "must be integer" };
                if (vErrors === null) {
                  vErrors = [err3];
                } else {
                  vErrors.push(err3);
                }
                errors++;
              }
              if (typeof data2 == "number" && isFinite(data2)) {
                if (data2 < 1 || isNaN(data2)) {
                  const err4 = { instancePath: instancePath + "/persist/start/agents_at_once", schemaPath: "#/properties/persist/properties/start/properties/agents_at_once/minimum", keyword: "minimum", params: { comparison: ">=", limit: 1 }, message: "must be >= 1" };
                  if (vErrors === null) {
                    vErrors = [err4];
                  } else {
                    vErrors.push(err4);
                  }
                  errors++;
                }
              }
            }
            if (data1.memory_floor_mib !== void 0) {
              let data3 = data1.memory_floor_mib;
              if (!(typeof data3 == "number" && (!(data3 % 1) && !isNaN(data3)) && isFinite(data3))) {
                const err5 = { instancePath: instancePath + "/persist/start/memory_floor_mib", schemaPath: "#/properties/persist/properties/start/properties/memory_floor_mib/type", keyword: "type", params: { type: "integer" }, message: "must be integer" };
                if (vErrors === null) {
                  vErrors = [err5];
                } else {
                  vErrors.push(err5);
                }
                errors++;
              }
              if (typeof data3 == "number" && isFinite(data3)) {
                if (data3 < 0 || isNaN(data3)) {
                  const err6 = { instancePath: instancePath + "/persist/start/memory_floor_mib", schemaPath: "#/properties/persist/properties/start/properties/memory_floor_mib/minimum", keyword: "minimum", params: { comparison: ">=", limit: 0 }, message: "must be >= 0" };
                  if (vErrors === null) {
                    vErrors = [err6];
                  } else {
                    vErrors.push(err6);
                  }
                  errors++;
                }
              }
            }
          }
        }
      }
    }
    if (data.users !== void 0) {
      let data4 = data.users;
      if (data4 && typeof data4 == "object" && !Array.isArray(data4)) {
        for (const key0 in data4) {
          const _errs12 = errors;
          if (typeof key0 === "string") {
            if (func2(key0) > 32) {
              const err7 = { instancePath: instancePath + "/users", schemaPath: "#/properties/users/propertyNames/maxLength", keyword: "maxLength", params: { limit: 32 }, message: "must NOT have more than 32 characters", propertyName: key0 };
              if (vErrors === null) {
                vErrors = [err7];
              } else {
                vErrors.push(err7);
              }
              errors++;
            }
            if (!pattern1.test(key0)) {
              const err8 = { instancePath: instancePath + "/users", schemaPath: "#/properties/users/propertyNames/pattern", keyword: "pattern", params: { pattern: "^[A-Za-z_][A-Za-z0-9._-]*\\$?$" }, message: 'must match pattern "^[A-Za-z_][A-Za-z0-9._-]*\\$?$"', propertyName: key0 };
              if (vErrors === null) {
                vErrors = [err8];
              } else {
                vErrors.push(err8);
              }
              errors++;
            }
          }
          var valid4 = _errs12 === errors;
          if (!valid4) {
            const err9 = { instancePath: instancePath + "/users", schemaPath: "#/properties/users/propertyNames", keyword: "propertyNames", params: { propertyName: key0 }, message: "property name must be valid" };
            if (vErrors === null) {
              vErrors = [err9];
            } else {
              vErrors.push(err9);
            }
            errors++;
          }
        }
        for (const key1 in data4) {
          if (!validate13(data4[key1], { instancePath: instancePath + "/users/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"), parentData: data4, parentDataProperty: key1, rootData })) {
            vErrors = vErrors === null ? validate13.errors : vErrors.concat(validate13.errors);
            errors = vErrors.length;
          }
        }
      } else {
        const err10 = { instancePath: instancePath + "/users", schemaPath: "#/properties/users/type", keyword: "type", params: { type: "object" }, message: "must be object" };
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
  validate10.errors = vErrors;
  return errors === 0;
}
export {
  validateRoster
};
