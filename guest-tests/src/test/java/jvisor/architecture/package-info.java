/** Rules about the code as a whole; they read the class files of every module. */
@NullMarked
package jvisor.architecture;

import org.jspecify.annotations.NullMarked;
