/**
 * One run of the program: its surroundings, the options that every command has, how it speaks to
 * people and programs, how it ends, and how it opens the repository.
 *
 * <p>A <em>host</em> is all that a run sees of the machine's environment; tests make their own. The
 * <em>console</em> is the only way to say something: data to stdout, all else to stderr.
 */
@NullMarked
package dev.firkin.cli.session;

import org.jspecify.annotations.NullMarked;
