package protocol

import (
	"time"

	"counterfoil/app/casework"
)

// maxInk bounds the samples of one signature: five minutes at 200 a second.
const maxInk = 60_000

// wireInk is how a signature is kept: the samples in columns, each as the
// difference to the one before, because neighbours lie close together.
type wireInk struct {
	Version  int     `cbor:"1,keyasint"`
	Pad      wirePad `cbor:"2,keyasint"`
	Started  int64   `cbor:"3,keyasint"` // Unix milliseconds
	Lost     int     `cbor:"4,keyasint,omitempty"`
	Document []byte  `cbor:"5,keyasint"` // digest of the confirmed entry
	X        []int   `cbor:"6,keyasint"`
	Y        []int   `cbor:"7,keyasint"`
	Pressure []int   `cbor:"8,keyasint"`
	Time     []int   `cbor:"9,keyasint"` // microseconds
	Seq      []int   `cbor:"10,keyasint"`
	State    []byte  `cbor:"11,keyasint"` // bit 0 near, bit 1 down; not as difference
}

type wirePad struct {
	Model     string `cbor:"1,keyasint"`
	Serial    string `cbor:"2,keyasint"`
	Firmware  string `cbor:"3,keyasint"`
	Transport string `cbor:"4,keyasint"`
	Width     int    `cbor:"5,keyasint"`
	Height    int    `cbor:"6,keyasint"`
	MaxX      int    `cbor:"7,keyasint"`
	MaxY      int    `cbor:"8,keyasint"`
	MaxP      int    `cbor:"9,keyasint"`
	Rate      int    `cbor:"10,keyasint"`
	Colour    bool   `cbor:"11,keyasint"`
}

// The bits of a sample's state.
const (
	inkNear = 1
	inkDown = 2
)

// EncodeInk returns the bytes that a signed entry commits to and that the case
// keeps. Times are kept in whole microseconds, the start in milliseconds: pads
// count milliseconds.
func EncodeInk(k casework.Ink) ([]byte, error) {
	if len(k.Samples) > maxInk {
		return nil, casework.Refuse(casework.Malformed, "the ink has too many samples")
	}
	w := wireInk{Version: Version, Pad: wirePad(k.Pad), Started: k.Started.UnixMilli(), Lost: k.Lost, Document: k.Document[:], State: []byte{},
		X: []int{}, Y: []int{}, Pressure: []int{}, Time: []int{}, Seq: []int{}}
	var last casework.PenSample
	for _, s := range k.Samples {
		w.X, w.Y = append(w.X, s.X-last.X), append(w.Y, s.Y-last.Y)
		w.Pressure, w.Seq = append(w.Pressure, s.Pressure-last.Pressure), append(w.Seq, s.Seq-last.Seq)
		w.Time = append(w.Time, int(s.Time.Microseconds()-last.Time.Microseconds()))
		state := byte(0)
		if s.Near {
			state |= inkNear
		}
		if s.Down {
			state |= inkDown
		}
		w.State, last = append(w.State, state), s
	}
	return Marshal(w)
}

// DecodeInk reads what EncodeInk wrote, and refuses anything else.
func DecodeInk(b []byte) (casework.Ink, error) {
	bad := func(why string) (casework.Ink, error) { return casework.Ink{}, casework.Refuse(casework.Malformed, why) }
	var w wireInk
	if err := Unmarshal(b, &w); err != nil {
		return casework.Ink{}, err
	}
	if w.Version != Version {
		return casework.Ink{}, casework.Refuse(casework.UnsupportedVersion, "the ink is of another version")
	}
	n := len(w.State)
	if n > maxInk || len(w.X) != n || len(w.Y) != n || len(w.Pressure) != n || len(w.Time) != n || len(w.Seq) != n {
		return bad("the columns of the ink differ in length")
	}
	if len(w.Document) != 32 || w.Lost < 0 {
		return bad("the ink names no document")
	}
	k := casework.Ink{Pad: casework.PadIdentity(w.Pad), Started: time.UnixMilli(w.Started).UTC(), Lost: w.Lost, Document: casework.Digest(w.Document)}
	var last casework.PenSample
	for i, state := range w.State {
		if state > inkNear|inkDown {
			return bad("a sample's state is unknown")
		}
		last = casework.PenSample{X: last.X + w.X[i], Y: last.Y + w.Y[i], Pressure: last.Pressure + w.Pressure[i], Seq: last.Seq + w.Seq[i],
			Time: last.Time + time.Duration(w.Time[i])*time.Microsecond, Near: state&inkNear != 0, Down: state&inkDown != 0}
		k.Samples = append(k.Samples, last)
	}
	return k, nil
}
