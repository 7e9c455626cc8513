using System.Numerics;
using BioLearn.Kernels.Tensors;
using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Convolution;

/// <summary>
/// What each tap of a convolution reads, output pixel by output pixel. With strides a picture is first split into phases, every so many rows
/// and columns, in which a tap reads what lies side by side; then whole planes are copied at once, and what lies outside becomes zero.
/// </summary>
internal readonly unsafe struct PhasePlanes<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ConvolutionShape _shape;
    private readonly int _height, _width; // of a phase, the longest; where a shorter one ends, nothing is read

    public PhasePlanes(in ConvolutionShape shape)
    {
        _shape = shape;
        _height = Partitioner.Pieces(shape.Height, shape.StrideY);
        _width = Partitioner.Pieces(shape.Width, shape.StrideX);
    }

    private int PhasesOfAPlane => _shape.StrideY * _shape.StrideX;

    private nint PlaneLength => (nint)_height * _width;

    /// <summary>The planes of a picture as <see cref="Windows"/> reads them, [channels, phases, height, width]; without strides the picture itself.</summary>
    public T* Split(T* picture, int threads)
    {
        if (PhasesOfAPlane == 1)
            return picture;
        T* phases = ScratchMemory<T>.Take(ScratchUse.Phases, _shape.Channels * PhasesOfAPlane * PlaneLength);
        var job = new SplitJob { Planes = this, Picture = picture, Phases = phases };
        Partitioner.For(_shape.Channels, Partitioner.Pieces(_shape.Channels, threads), threads, ref job);
        return phases;
    }

    /// <summary>seen[tap, pixel] for some channels and the output rows from <paramref name="first"/> on.</summary>
    public void Windows(T* planes, int channel, int channels, int first, int count, T* seen, int threads)
    {
        var job = new WindowJob { Planes = this, From = planes + (channel * PhasesOfAPlane * PlaneLength), First = first, Count = count, Seen = seen };
        Partitioner.For(channels, Partitioner.Pieces(channels, threads), threads, ref job);
    }

    private void Split(int channel, T* picture, T* phases)
    {
        T* plane = picture + ((nint)channel * _shape.Height * _shape.Width);
        phases += channel * PhasesOfAPlane * PlaneLength;
        for (int y = 0; y < _shape.Height; y++, plane += _shape.Width)
        {
            T* rows = phases + (y % _shape.StrideY * _shape.StrideX * PlaneLength) + ((nint)(y / _shape.StrideY) * _width);
            for (int p = 0; p < _shape.StrideX; p++, rows += PlaneLength)
            {
                T* to = rows;
                for (int x = p; x < _shape.Width; x += _shape.StrideX)
                    *to++ = plane[x];
            }
        }
    }

    private void Window(T* planes, int u, int v, int first, int count, T* seen)
    {
        (int phaseY, int shiftY) = Phase((u * _shape.DilationY) - _shape.PadTop, _shape.StrideY);
        (int phaseX, int shiftX) = Phase((v * _shape.DilationX) - _shape.PadLeft, _shape.StrideX);
        // Rows and columns of this phase, and of the output what reads within them.
        int height = Partitioner.Pieces(Math.Max(0, _shape.Height - phaseY), _shape.StrideY), width = Partitioner.Pieces(Math.Max(0, _shape.Width - phaseX), _shape.StrideX);
        int columns = _shape.OutputWidth, top = Math.Clamp(-shiftY - first, 0, count), bottom = Math.Clamp(height - shiftY - first, top, count);
        int left = Math.Clamp(-shiftX, 0, columns), right = Math.Clamp(width - shiftX, left, columns);
        if (left == right || top == bottom)
        {
            new Span<T>(seen, count * columns).Clear();
            return;
        }
        new Span<T>(seen, top * columns).Clear();
        new Span<T>(seen + (bottom * columns), (count - bottom) * columns).Clear();
        T* from = planes + (((phaseY * _shape.StrideX) + phaseX) * PlaneLength) + ((nint)(first + top + shiftY) * _width) + left + shiftX, to = seen + (top * columns) + left;
        if (_width == columns)
        {
            // What lies beyond the edge of a row is the next row's beginning here, and is overwritten.
            new ReadOnlySpan<T>(from, ((bottom - top - 1) * columns) + right - left).CopyTo(new Span<T>(to, ((bottom - top - 1) * columns) + right - left));
            if (left == 0 && right == columns)
                return;
            T* row = seen + (top * columns);
            for (int i = top; i < bottom; i++, row += columns)
            {
                for (int j = 0; j < left; j++)
                    row[j] = T.Zero;
                for (int j = right; j < columns; j++)
                    row[j] = T.Zero;
            }
            return;
        }
        for (int i = top; i < bottom; i++, from += _width, to += columns)
        {
            new Span<T>(to - left, left).Clear();
            new ReadOnlySpan<T>(from, right - left).CopyTo(new Span<T>(to, right - left));
            new Span<T>(to - left + right, columns - right).Clear();
        }
    }

    /// <summary>offset = phase + shift · stride with a phase in [0, stride).</summary>
    private static (int Phase, int Shift) Phase(int offset, int stride)
    {
        int shift = offset >= 0 ? offset / stride : -((stride - 1 - offset) / stride);
        return (offset - (shift * stride), shift);
    }

    private struct SplitJob : IRangeJob
    {
        public PhasePlanes<T> Planes;
        public T* Picture, Phases;

        public readonly void Invoke(int piece, int begin, int end)
        {
            for (int c = begin; c < end; c++)
                Planes.Split(c, Picture, Phases);
        }
    }

    private struct WindowJob : IRangeJob
    {
        public PhasePlanes<T> Planes;
        public T* From, Seen;
        public int First, Count;

        public readonly void Invoke(int piece, int begin, int end)
        {
            ConvolutionShape shape = Planes._shape;
            nint pixels = (nint)Count * shape.OutputWidth;
            T* seen = Seen + (begin * shape.KernelHeight * shape.KernelWidth * pixels), from = From + (begin * Planes.PhasesOfAPlane * Planes.PlaneLength);
            for (int c = begin; c < end; c++, from += Planes.PhasesOfAPlane * Planes.PlaneLength)
            {
                for (int u = 0; u < shape.KernelHeight; u++)
                {
                    for (int v = 0; v < shape.KernelWidth; v++, seen += pixels)
                        Planes.Window(from, u, v, First, Count, seen);
                }
            }
        }
    }
}
