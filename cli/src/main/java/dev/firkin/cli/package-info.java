/**
 * The command line: what is parsed, which command runs, and how the program ends. The only module
 * that wires the rooms of core and the backends together; {@code cli.session} has what commands
 * share, {@code cli.command} the commands.
 */
@NullMarked
package dev.firkin.cli;

import org.jspecify.annotations.NullMarked;
