// Package v4l2 is the seam to a camera on a Linux kernel node (/dev/video*):
// what it is, which sizes and rates it says it has, its frames through mapped
// buffers, its controls, and its end. It speaks to the kernel alone, without C.
//
// It must not decode, convert or choose: a frame is handed out as the driver
// wrote it, with what the driver said about it. Devices with several planes and
// devices that only read() are not used; no camera for a desk is one.
package v4l2
