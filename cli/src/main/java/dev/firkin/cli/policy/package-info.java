/**
 * {@code firkin policy}: what a credential has to be allowed, and no more.
 *
 * <p>A <em>role</em> is what a host does with a repository. A <em>policy</em> is a JSON document in
 * the language of AWS IAM, which other S3 servers know as well. Source: {@code docs/format.md},
 * which says for each kind of object who writes, reads and deletes it.
 */
@NullMarked
package dev.firkin.cli.policy;

import org.jspecify.annotations.NullMarked;
