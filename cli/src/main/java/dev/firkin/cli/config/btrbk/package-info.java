/**
 * What a {@code btrbk.conf} says, as a configuration file of firkin.
 *
 * <p>Read by the rules of btrbk.conf(5): options belong to the last section that began, and hold
 * for the sections within it. A <em>note</em> names a line that has no counterpart here.
 */
@NullMarked
package dev.firkin.cli.config.btrbk;

import org.jspecify.annotations.NullMarked;
