// Package devicevm runs the drivers of signature pads, pen displays and scanners,
// and one whole case, on the device nodes of a stock kernel, in a virtual machine. It holds tests alone, behind the build tag
// vm; packaging/test-devices builds them, makes the machine and runs them in it.
// They load kernel modules and plug devices in and out: they are not for a
// machine that somebody uses.
//
// The kernel, its HID layer, its wacom module, usbfs and the driver are the real
// ones. What stands in is the plastic: the software pad, behind uhid as a HID
// device and behind vhci_hcd (USB/IP) as a USB device with a bulk endpoint. Its
// report descriptor is our own, as a pad's was not to be had. A scanner that types
// stands behind uinput, a display's pen behind uhid, the camera is vivid.
package devicevm
