/** The commands, each a class that picocli fills and {@link dev.firkin.cli.command.Action} runs. */
@NullMarked
package dev.firkin.cli.command;

import org.jspecify.annotations.NullMarked;
