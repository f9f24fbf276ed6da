/**
 * Links that are slow, are cut, break and lie, in front of real S3 servers.
 *
 * <p>{@link dev.firkin.it.link.FaultyLink} is the proxy; what it can do to one request is a {@link
 * dev.firkin.it.link.Fault}.
 */
@NullMarked
package dev.firkin.it.link;

import org.jspecify.annotations.NullMarked;
