/** {@code firkin config}: checks, shows and makes the configuration file. */
@NullMarked
package dev.firkin.cli.config.command;

import org.jspecify.annotations.NullMarked;
