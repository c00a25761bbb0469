package hid

import (
	"context"
	"sync"
	"time"
)

const (
	bulkTimeout = 10 * time.Second // for a piece
	bulkPiece   = 16 << 10         // what every kernel takes in one transfer; a multiple of every packet size
)

// pipe is the bulk endpoint of an open USB node whose interface was claimed.
type pipe struct {
	node    *usbfs
	out     byte
	sending sync.Mutex // one write at a time
}

func (p *pipe) write(ctx context.Context, data []byte) error {
	p.sending.Lock()
	defer p.sending.Unlock()
	for len(data) > 0 {
		n := min(len(data), bulkPiece)
		piece := append([]byte(nil), data[:n]...)
		sent, err := p.node.do(ctx, newURB(urbBulk, p.out, piece), bulkTimeout)
		if err != nil {
			return err
		}
		if sent != n {
			return ErrRefused
		}
		data = data[n:]
	}
	return nil
}

// openPipe opens the bulk endpoint of a device whose reports go another way. It
// leaves the HID interface alone, and returns nil where there is no such
// endpoint or this user may not have it: pictures then go by reports.
func openPipe(path string) *pipe {
	node, err := openUSB(path, func([]byte) {})
	if err != nil {
		return nil
	}
	text, err := node.descriptors()
	shape, _ := parseUSB(text)
	if err != nil || !shape.bulk || node.claim(shape.bulkInterface) != nil {
		node.close()
		return nil
	}
	return &pipe{node: node, out: shape.out}
}

// hidrawBulk is a hidraw node whose device has a bulk endpoint as well.
type hidrawBulk struct {
	*hidraw
	pipe *pipe
}

// WriteBulk implements BulkWriter.
func (d *hidrawBulk) WriteBulk(ctx context.Context, data []byte) error {
	return d.pipe.write(ctx, data)
}

// Close implements Device.
func (d *hidrawBulk) Close() error {
	d.pipe.node.close()
	return d.hidraw.Close()
}
