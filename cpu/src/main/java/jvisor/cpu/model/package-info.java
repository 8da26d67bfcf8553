/**
 * What a processor says it is: the named models, their CPUID leaves (SDM vol. 2, CPUID; AMD APM vol. 3,
 * appendix E) and the features that its decoder accepts.
 */
@NullMarked
package jvisor.cpu.model;

import org.jspecify.annotations.NullMarked;
