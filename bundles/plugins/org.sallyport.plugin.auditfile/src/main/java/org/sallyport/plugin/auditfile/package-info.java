/**
 * What audit writers share: the event that a report stands for, and files that are appended to line by line and rotated.
 * A plain library: plugins embed it, nobody imports it.
 */
@NullMarked
package org.sallyport.plugin.auditfile;

import org.jspecify.annotations.NullMarked;
