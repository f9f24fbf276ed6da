/**
 * The program itself, as users run it: a process of its own, started as the launcher starts it, on
 * real filesystems and real stores, with real signals.
 *
 * <p>A <em>computer</em> is what one installation of firkin knows: its configuration, its local
 * state and its environment.
 */
@NullMarked
package dev.firkin.it.cli;

import org.jspecify.annotations.NullMarked;
