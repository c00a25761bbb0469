// Package mediafoundation is the seam to a camera on Windows (8 and later, 64
// bits): what it is, which native formats its driver lists, its frames through
// Media Foundation's source reader, and its end. It calls the system's libraries
// alone, without C.
//
// It must not decode, convert or choose: the reader is told to put nothing between
// the driver and us, and a frame is handed out as the driver wrote it, its lines
// brought from top to bottom.
package mediafoundation

import (
	"errors"
	"fmt"

	"counterfoil/devices/camera/capture"
)

// result is an HRESULT that says of a failure.
type result uint32

// Error returns the number as Microsoft's papers and search engines have it.
func (r result) Error() string { return fmt.Sprintf("mediafoundation: 0x%08X", uint32(r)) }

// Results that are told apart (winerror.h, mferror.h). What is written 0x8007 is an
// error of the system below.
const (
	notImplemented  result = 0x80004001 // E_NOTIMPL
	noInterface     result = 0x80004002 // E_NOINTERFACE
	fileNotFound    result = 0x80070002
	pathNotFound    result = 0x80070003
	accessDenied    result = 0x80070005
	sharing         result = 0x80070020
	genFailure      result = 0x8007001F // what a bus says of a device that went away
	deviceBusy      result = 0x800700AA
	noSuchDevice    result = 0x800701B1
	notConnected    result = 0x8007048F
	noResources     result = 0x800705AA
	deviceRemoved   result = 0x80070651
	invalidRequest  result = 0xC00D36B2 // MF_E_INVALIDREQUEST
	invalidType     result = 0xC00D36B4 // MF_E_INVALIDMEDIATYPE
	noMoreTypes     result = 0xC00D36B9
	noBandwidth     result = 0xC00D3704 // MF_E_HW_MFT_FAILED_START_STREAMING
	endOfStream     result = 0xC00D3E84
	isShutDown      result = 0xC00D3E85
	unsupportedType result = 0xC00D5212 // MF_E_TOPO_CODEC_NOT_FOUND: only a converter could
	invalidated     result = 0xC00D3EA2 // MF_E_VIDEO_RECORDING_DEVICE_INVALIDATED
	preempted       result = 0xC00D3EA3 // MF_E_VIDEO_RECORDING_DEVICE_PREEMPTED
)

// translate gives a failure the words of package capture, where it has some.
// Which of them a camera's driver chooses is its maker's: UNVERIFIED on hardware.
func translate(err error) error {
	var r result
	if !errors.As(err, &r) {
		return err
	}
	switch r {
	case accessDenied:
		return capture.ErrNoAccess
	case sharing, deviceBusy, preempted, noBandwidth: // the last is what a second program gets
		return capture.ErrBusy
	case noResources:
		return capture.ErrNoRoom
	case invalidType, unsupportedType, invalidRequest, notImplemented, noInterface:
		return capture.ErrRefused
	case invalidated, isShutDown, endOfStream, genFailure, noSuchDevice, notConnected, deviceRemoved, fileNotFound, pathNotFound:
		return capture.ErrUnplugged
	}
	return err
}
