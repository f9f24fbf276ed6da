/** {@code firkin doctor}: what works here, what does not, and what to do about it. */
@NullMarked
package dev.firkin.cli.doctor;

import org.jspecify.annotations.NullMarked;
