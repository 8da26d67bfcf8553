package jvisor.devices.pci;

/**
 * What a function says it is.
 *
 * @param vendor vendor id, 16 bits
 * @param device device id, 16 bits
 * @param revision revision id, 8 bits
 * @param classCode base class, sub-class and programming interface, 24 bits
 * @param subsystemVendor subsystem vendor id, 16 bits
 * @param subsystem subsystem id, 16 bits
 */
public record PciIdentity(
    int vendor, int device, int revision, int classCode, int subsystemVendor, int subsystem) {}
