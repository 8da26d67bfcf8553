package jvisor.cpu.model;

import java.util.Set;
import jvisor.isa.Feature;

/**
 * A processor model: fixed for the life of a machine and the same on every host.
 *
 * @param name as in {@code --cpu}
 * @param vendor the twelve characters of leaf 0
 * @param signature leaf 1 EAX: family, model, stepping
 * @param features what CPUID announces, and what the decoder accepts
 * @param physicalBits MAXPHYADDR
 * @param hypervisorKvm whether KVM's signature leaves and the hypervisor bit are there
 */
public record CpuModel(
    String name,
    String vendor,
    int signature,
    Set<Feature> features,
    int physicalBits,
    boolean hypervisorKvm) {}
