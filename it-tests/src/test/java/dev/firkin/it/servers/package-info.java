/**
 * The servers that integration tests talk to, and what a test may demand of the machine.
 *
 * <p>A <dfn>server</dfn> is a running S3 endpoint with its credentials; there is one of each kind
 * per JVM, started at first use and ended with the JVM; only Moto, which is no kind that all tests
 * run on, is its caller's own. A <dfn>requirement</dfn> is something a machine may lack: a test
 * that needs it is skipped with the reason, or fails where {@code FIRKIN_REQUIRE} names it.
 */
@NullMarked
package dev.firkin.it.servers;

import org.jspecify.annotations.NullMarked;
