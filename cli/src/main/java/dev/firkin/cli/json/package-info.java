/** The documents that {@code --json} prints. Source: {@code docs/cli.md}. */
@NullMarked
package dev.firkin.cli.json;

import org.jspecify.annotations.NullMarked;
