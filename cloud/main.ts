#!/usr/bin/env bun
import { runProgram } from "./cli/program.ts";
import { makeRoomForRequests } from "./config/request-room.ts";

const words = process.argv.slice(2);
if (words[0] === "serve") makeRoomForRequests();
process.exitCode = await runProgram(words);
