using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tensors;
using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Convolution;

/// <summary>
/// One group of a convolution or adjoint whose input is, channel by channel, a constant with few exceptions. By linearity the result is that of the constants,
/// which depends on a pixel only through the taps that its border cuts off, plus the weights of each exception times its distance from the constant.
/// </summary>
/// <remarks>Works on gathers with unit input step: stride-1 convolutions, and adjoints of any stride computed as one phase.</remarks>
internal sealed unsafe class SparseScatter<T> : IPackedWay<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int ChannelBlock = 64;
    private const int BandPositions = 512;

    private readonly GatherPhase _grid;
    private readonly int _inputChannels, _inputHeight, _inputWidth;
    private readonly int _outputChannels, _outputHeight, _outputWidth;
    private readonly int _width, _vectors;
    private readonly int _top, _left, _pictureRows, _pictureColumns, _highestTap, _lowestTap;
    private readonly Border _rowKinds, _columnKinds;
    private readonly Slot[] _slots;
    private readonly NativeBuffer<T> _weights;

    /// <summary>A tap and a strip of output channels.</summary>
    /// <param name="Tap">Index of the tap.</param>
    /// <param name="Column">First output column.</param>
    /// <param name="Offset">Where the sums of this strip lie relative to those of the position that is read.</param>
    private readonly record struct Slot(int Tap, int Column, nint Offset);

    /// <summary>
    /// Whether the way pays off if a picture is sparse: looking for a background costs a pass over the input, so there must be work for every number.
    /// </summary>
    public static bool Handles(in ConvolutionShape shape, bool adjoint, GatherPhase grid) =>
        grid.Taps.Length > 1 && grid.Taps.Length * (adjoint ? shape.Channels : shape.Filters) * grid.SubY * grid.SubX >= 64;

    public SparseScatter(in ConvolutionShape shape, bool adjoint, GatherPhase grid, ReadOnlySpan<T> weights)
    {
        _grid = grid;
        (_inputChannels, _inputHeight, _inputWidth) = adjoint ? (shape.Filters, shape.OutputHeight, shape.OutputWidth) : (shape.Channels, shape.Height, shape.Width);
        (_outputChannels, _outputHeight, _outputWidth) = adjoint ? (shape.Channels, shape.Height, shape.Width) : (shape.Filters, shape.OutputHeight, shape.OutputWidth);
        int lanes = Panels.Lanes<T>(), columns = _outputChannels * grid.SubY * grid.SubX;
        int vectors = (columns + lanes - 1) / lanes;
        _vectors = vectors % 4 == 0 ? 4 : vectors % 3 == 0 ? 3 : vectors % 2 == 0 ? 2 : 1;
        _width = vectors * lanes;
        // Sums are kept for every point that some position and tap name, so that no bounds need checking.
        _top = Math.Max(0, grid.Taps.Max(t => t.Row));
        _left = Math.Max(0, grid.Taps.Max(t => t.Column));
        (_highestTap, _lowestTap) = (grid.Taps.Min(t => t.Row), grid.Taps.Max(t => t.Row));
        _pictureRows = _top + Math.Max(grid.Rows, _inputHeight - grid.Taps.Min(t => t.Row));
        _pictureColumns = _left + Math.Max(grid.Columns, _inputWidth - grid.Taps.Min(t => t.Column));
        _rowKinds = Border.Find(grid.Rows, [.. grid.Taps.Select(t => t.Row)], _inputHeight);
        _columnKinds = Border.Find(grid.Columns, [.. grid.Taps.Select(t => t.Column)], _inputWidth);
        var slots = new List<Slot>();
        int strip = _vectors * lanes;
        for (int tap = 0; tap < grid.Taps.Length; tap++)
        {
            for (int column = 0; column < _width; column += strip)
                slots.Add(new(tap, column, -(nint)(grid.Taps[tap].Row * _pictureColumns + grid.Taps[tap].Column) * _width + column));
        }

        _slots = [.. slots];
        _weights = new NativeBuffer<T>(checked((_slots.Length + SlotsTogether - 1) / SlotsTogether * SlotsTogether * _inputChannels * strip));
        Update(weights);
    }

    public void Dispose() => _weights.Dispose();

    private int SlotsTogether => _vectors == 4 ? 2 : _vectors == 3 ? 3 : 4;

    /// <summary>Packs weights, [slot group][input channel][slot of the group][column of the strip].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Update(ReadOnlySpan<T> weights)
    {
        int strip = _vectors * Panels.Lanes<T>(), step = _grid.WeightStep;
        T* at = _weights.Pointer;
        Span<int> sources = stackalloc int[SlotsTogether * strip];
        for (int first = 0; first < _slots.Length; first += SlotsTogether)
        {
            ReadOnlySpan<Slot> group = _slots.AsSpan(first, Math.Min(SlotsTogether, _slots.Length - first));
            for (int g = 0; g < group.Length; g++) _grid.WeightSources(_grid.Taps[group[g].Tap], group[g].Column, sources.Slice(g * strip, strip));
            for (int i = 0; i < _inputChannels; i++, at += SlotsTogether * strip)
            {
                for (int c = 0; c < group.Length * strip; c++) at[c] = sources[c] < 0 ? T.Zero : weights[sources[c] + i * step];
            }
        }
    }

    /// <summary>Computes one picture.</summary>
    /// <param name="input">Input planes.</param>
    /// <param name="backgrounds">The constant of each plane.</param>
    /// <param name="bias">One number an output channel, or null.</param>
    /// <param name="floor">Outputs below it become it: 0 rectifies, negative infinity does not.</param>
    /// <param name="output">Output planes; overwritten.</param>
    /// <param name="threads">
    /// Threads that may work at once. Each computes some rows and meets the exceptions that reach them, in the order in which one thread would; what it adds to
    /// rows beyond is not looked at.
    /// </param>
    public void Run(T* input, T* backgrounds, T* bias, T floor, T* output, int threads)
    {
        var job = new Job { Owner = this, Input = input, Backgrounds = backgrounds, Output = output };
        // A thread with few rows would mostly meet exceptions that reach its neighbours' rows, too.
        threads = Math.Clamp(_grid.Rows / (2 * (_lowestTap - _highestTap + 1)), 1, threads);
        Partitioner.For(_grid.Rows, Partitioner.Pieces(_grid.Rows, threads), threads, ref job);
        if (bias != null || floor != T.NegativeInfinity) PlaneEpilogue.Run(_outputChannels, _outputHeight * _outputWidth, bias, floor, output);
    }

    private struct Job : IRangeJob, IVectorKernel<T>
    {
        public SparseScatter<T> Owner;
        public T* Input, Backgrounds, Output;
        private int _begin, _end;

        public readonly void Invoke(int piece, int begin, int end)
        {
            Job part = this;
            (part._begin, part._end) = (begin, end);
            Hardware.Run<T, Job>(ref part);
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        public readonly void Invoke<V>()
            where V : unmanaged, ILanes<V, T>
        {
            switch (Owner._vectors)
            {
                case 4: Run<V, Strip4<V, T>>(); break;
                case 3: Run<V, Strip3<V, T>>(); break;
                case 2: Run<V, Strip2<V, T>>(); break;
                default: Run<V, Strip1<V, T>>(); break;
            }
        }

        private readonly void Run<V, S>()
            where V : unmanaged, ILanes<V, T>
            where S : struct, IStrip<S, V, T>
        {
            var o = Owner;
            T* picture = ScratchMemory<T>.Take(ScratchUse.Picture, (nint)o._pictureRows * o._pictureColumns * o._width);
            o.FillWithBackground<V, S>(Backgrounds, picture, _begin, _end);
            // Input rows that these rows read. Bands are the same for any rows, so that sums are made in one order.
            int top = Math.Clamp(_begin + o._highestTap, 0, o._inputHeight), bottom = Math.Clamp(_end + o._lowestTap, top, o._inputHeight);
            int bandRows = Math.Max(1, BandPositions / o._inputWidth);
            for (int row = top / bandRows * bandRows; row < bottom; row += bandRows)
            {
                int first = Math.Max(row, top) * o._inputWidth, count = Math.Min(row + bandRows, bottom) * o._inputWidth - first;
                for (int channel = 0; channel < o._inputChannels; channel += ChannelBlock)
                {
                    int channels = Math.Min(ChannelBlock, o._inputChannels - channel);
                    var work = o.Collect(Input, Backgrounds, first, count, channel, channels);
                    o.Accumulate<V, S>(work, channel, picture);
                }
            }

            o.Write(picture, Output, _begin, _end);
        }
    }

    private Work Collect(T* input, T* backgrounds, int first, int count, int channel, int channels)
    {
        int plane = _inputHeight * _inputWidth, most = count * ChannelBlock + Vector512<T>.Count;
        byte* memory = ScratchMemory<byte>.Take(ScratchUse.Entries, (long)most * (sizeof(T) + sizeof(int)) + (long)count * sizeof(Visit));
        T* values = (T*)memory;
        int* rows = (int*)(values + most);
        Visit* visits = (Visit*)(rows + most);
        T* pixels = ScratchMemory<T>.Take(ScratchUse.Input, (long)count * ChannelBlock);
        Transposition.Run(channels, count, input + (nint)channel * plane + first, plane, pixels, ChannelBlock);
        int visited = Exceptions(count, channels, pixels, backgrounds + channel, _vectors * Panels.Lanes<T>() * SlotsTogether, values, rows, visits);
        for (int v = 0; v < visited; v++)
        {
            var (i, j) = Math.DivRem(first + visits[v].Position, _inputWidth);
            visits[v].Position = ((i + _top) * _pictureColumns + j + _left) * _width;
        }

        return new(visited, visits, rows, values);
    }

    /// <summary>Writes what differs from the background, pixel by pixel, and the rows of the weights that go with it; returns the number of visits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int Exceptions(int count, int channels, T* pixels, T* backgrounds, int row, T* values, int* rows, Visit* visits)
    {
        int visited = 0;
        byte* orders = LanePacking.Orders;
        for (int p = 0; p < count; p++, pixels += ChannelBlock)
        {
            int own = 0, c = 0;
            if (typeof(T) == typeof(float) && Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
            {
                for (; c < channels; c += 16)
                {
                    Vector512<float> x = Vector512.Load((float*)pixels + c), background = Vector512.Load((float*)backgrounds + c);
                    Vector512<int> at = Vector512<int>.Indices + Vector512.Create(c);
                    Vector512<int> differs = ~Vector512.Equals(x, background).AsInt32() & Vector512.LessThan(at, Vector512.Create(channels));
                    Avx512F.Compress(Vector512<float>.Zero, differs.AsSingle(), x - background).Store((float*)values + own);
                    Avx512F.Compress(Vector512<int>.Zero, differs, at * Vector512.Create(row)).Store(rows + own);
                    own += BitOperations.PopCount(differs.ExtractMostSignificantBits());
                }
            }

            else if (typeof(T) == typeof(float) && Avx2.IsSupported)
            {
                for (; c < channels; c += 8)
                {
                    Vector256<float> x = Vector256.Load((float*)pixels + c), background = Vector256.Load((float*)backgrounds + c);
                    Vector256<int> at = Vector256<int>.Indices + Vector256.Create(c);
                    Vector256<int> differs = ~Vector256.Equals(x, background).AsInt32() & Vector256.LessThan(at, Vector256.Create(channels));
                    uint mask = differs.ExtractMostSignificantBits();
                    if (mask == 0) continue;
                    Vector256<int> order = Avx2.ConvertToVector256Int32(orders + 8 * mask);
                    Avx2.PermuteVar8x32(x - background, order).Store((float*)values + own);
                    Avx2.PermuteVar8x32(at * Vector256.Create(row), order).Store(rows + own);
                    own += BitOperations.PopCount(mask);
                }
            }

            for (; c < channels; c++)
            {
                if (pixels[c] == backgrounds[c]) continue;
                values[own] = pixels[c] - backgrounds[c];
                rows[own++] = c * row;
            }

            if (own == 0) continue;
            visits[visited++] = new Visit { Entries = own, Position = p };
            values += own;
            rows += own;
        }

        return visited;
    }

    /// <summary>The exceptions of some positions and channels, visit by visit.</summary>
    private readonly struct Work(int visits, Visit* visit, int* rows, T* values)
    {
        public readonly int Visits = visits;
        public readonly Visit* Visit = visit;

        /// <summary>Row of the weights of each exception.</summary>
        public readonly int* Rows = rows;

        /// <summary>Its distance from the constant.</summary>
        public readonly T* Values = values;
    }

    private struct Visit
    {
        public int Entries;
        public int Position;
    }

    private void Accumulate<V, S>(in Work work, int channel, T* picture)
        where V : unmanaged, ILanes<V, T>
        where S : struct, IStrip<S, V, T>
    {
        int strip = S.Vectors * V.Count, together = SlotsTogether;
        for (int slot = 0; slot < _slots.Length; slot += together)
        {
            T* weights = _weights.Pointer + (nint)slot * _inputChannels * strip + (nint)channel * together * strip;
            switch (Math.Min(together, _slots.Length - slot))
            {
                case 4: Four<V, S>(work, weights, picture + _slots[slot].Offset, picture + _slots[slot + 1].Offset, picture + _slots[slot + 2].Offset, picture + _slots[slot + 3].Offset); break;
                case 3: Three<V, S>(work, weights, picture + _slots[slot].Offset, picture + _slots[slot + 1].Offset, picture + _slots[slot + 2].Offset); break;
                case 2: Two<V, S>(work, weights, picture + _slots[slot].Offset, picture + _slots[slot + 1].Offset); break;
                default: One<V, S>(work, weights, picture + _slots[slot].Offset); break;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void One<V, S>(in Work work, T* weights, T* picture0)
        where V : unmanaged, ILanes<V, T>
        where S : struct, IStrip<S, V, T>
    {
        Visit* visit = work.Visit, last = visit + work.Visits;
        int* row = work.Rows;
        T* value = work.Values;
        for (; visit < last; visit++)
        {
            T* to0 = picture0 + visit->Position;
            S s0 = S.Load(to0);
            for (int* end = row + visit->Entries; row < end; row++, value++)
            {
                T* w = weights + *row;
                V v = V.Create(*value);
                s0 = S.MultiplyAdd(v, S.Load(w), s0);
            }

            S.Store(s0, to0);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Two<V, S>(in Work work, T* weights, T* picture0, T* picture1)
        where V : unmanaged, ILanes<V, T>
        where S : struct, IStrip<S, V, T>
    {
        Visit* visit = work.Visit, last = visit + work.Visits;
        int* row = work.Rows;
        T* value = work.Values;
        for (; visit < last; visit++)
        {
            T* to0 = picture0 + visit->Position, to1 = picture1 + visit->Position;
            S s0 = S.Load(to0), s1 = S.Load(to1);
            for (int* end = row + visit->Entries; row < end; row++, value++)
            {
                T* w = weights + *row;
                V v = V.Create(*value);
                s0 = S.MultiplyAdd(v, S.Load(w), s0);
                s1 = S.MultiplyAdd(v, S.Load(w + S.Vectors * V.Count), s1);
            }

            S.Store(s0, to0);
            S.Store(s1, to1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Three<V, S>(in Work work, T* weights, T* picture0, T* picture1, T* picture2)
        where V : unmanaged, ILanes<V, T>
        where S : struct, IStrip<S, V, T>
    {
        Visit* visit = work.Visit, last = visit + work.Visits;
        int* row = work.Rows;
        T* value = work.Values;
        for (; visit < last; visit++)
        {
            T* to0 = picture0 + visit->Position, to1 = picture1 + visit->Position, to2 = picture2 + visit->Position;
            S s0 = S.Load(to0), s1 = S.Load(to1), s2 = S.Load(to2);
            for (int* end = row + visit->Entries; row < end; row++, value++)
            {
                T* w = weights + *row;
                V v = V.Create(*value);
                s0 = S.MultiplyAdd(v, S.Load(w), s0);
                s1 = S.MultiplyAdd(v, S.Load(w + S.Vectors * V.Count), s1);
                s2 = S.MultiplyAdd(v, S.Load(w + 2 * S.Vectors * V.Count), s2);
            }

            S.Store(s0, to0);
            S.Store(s1, to1);
            S.Store(s2, to2);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Four<V, S>(in Work work, T* weights, T* picture0, T* picture1, T* picture2, T* picture3)
        where V : unmanaged, ILanes<V, T>
        where S : struct, IStrip<S, V, T>
    {
        Visit* visit = work.Visit, last = visit + work.Visits;
        int* row = work.Rows;
        T* value = work.Values;
        for (; visit < last; visit++)
        {
            T* to0 = picture0 + visit->Position, to1 = picture1 + visit->Position, to2 = picture2 + visit->Position, to3 = picture3 + visit->Position;
            S s0 = S.Load(to0), s1 = S.Load(to1), s2 = S.Load(to2), s3 = S.Load(to3);
            for (int* end = row + visit->Entries; row < end; row++, value++)
            {
                T* w = weights + *row;
                V v = V.Create(*value);
                s0 = S.MultiplyAdd(v, S.Load(w), s0);
                s1 = S.MultiplyAdd(v, S.Load(w + S.Vectors * V.Count), s1);
                s2 = S.MultiplyAdd(v, S.Load(w + 2 * S.Vectors * V.Count), s2);
                s3 = S.MultiplyAdd(v, S.Load(w + 3 * S.Vectors * V.Count), s3);
            }

            S.Store(s0, to0);
            S.Store(s1, to1);
            S.Store(s2, to2);
            S.Store(s3, to3);
        }
    }

    /// <summary>Every point's sum over the taps that it has inside the picture, of the weights times the constants.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void FillWithBackground<V, S>(T* backgrounds, T* picture, int begin, int end)
        where V : unmanaged, ILanes<V, T>
        where S : struct, IStrip<S, V, T>
    {
        int strip = S.Vectors * V.Count;
        bool any = false;
        for (int c = 0; c < _inputChannels; c++) any |= !T.IsZero(backgrounds[c]);
        if (!any)
        {
            nint row = (nint)_pictureColumns * _width;
            new Span<T>(picture + (begin + _top) * row, (int)((end - begin) * row)).Clear();
            return;
        }

        // One tap's share of the constants, [tap][column].
        T* shares = ScratchMemory<T>.Take(ScratchUse.Shares, (long)_grid.Taps.Length * _width);
        for (int slot = 0, group = 0; slot < _slots.Length; slot += group)
        {
            group = Math.Min(SlotsTogether, _slots.Length - slot);
            for (int g = 0; g < group; g++)
            {
                S sum = S.Zero;
                T* weights = _weights.Pointer + (nint)slot * _inputChannels * strip + g * strip;
                for (int c = 0; c < _inputChannels; c++) sum = S.MultiplyAdd(V.Create(backgrounds[c]), S.Load(weights + (nint)c * SlotsTogether * strip), sum);
                S.Store(sum, shares + _slots[slot + g].Tap * _width + _slots[slot + g].Column);
            }
        }

        // The sums of every kind of border, then each point's own.
        int kinds = _columnKinds.Taps.Length;
        T* sums = ScratchMemory<T>.Take(ScratchUse.Sums, (long)_rowKinds.Taps.Length * kinds * _width);
        for (int r = 0; r < _rowKinds.Taps.Length; r++)
        {
            for (int c = 0; c < kinds; c++) AddShares<V>(shares, r, c, sums + (nint)(r * kinds + c) * _width);
        }

        for (int t = begin; t < end; t++)
        {
            T* to = picture + (nint)((t + _top) * _pictureColumns + _left) * _width;
            T* from = sums + (nint)_rowKinds.Of[t] * kinds * _width;
            for (int s = 0; s < _grid.Columns; s++)
            {
                T* sum = from + (nint)_columnKinds.Of[s] * _width;
                for (int c = 0; c < _width; c += V.Count) V.Store(V.Load(sum + c), to + c);
                to += _width;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void AddShares<V>(T* shares, int rowKind, int columnKind, T* sum)
        where V : unmanaged, ILanes<V, T>
    {
        new Span<T>(sum, _width).Clear();
        for (int tap = 0; tap < _grid.Taps.Length; tap++)
        {
            if (!_rowKinds.Taps[rowKind][tap] || !_columnKinds.Taps[columnKind][tap]) continue;
            for (int c = 0; c < _width; c += V.Count) V.Store(V.Load(sum + c) + V.Load(shares + tap * _width + c), sum + c);
        }
    }

    private void Write(T* picture, T* output, int begin, int end)
    {
        for (int t = begin; t < end; t++)
        {
            T* sums = picture + (nint)((t + _top) * _pictureColumns + _left) * _width;
            if (_grid.SubY * _grid.SubX == 1)
                Transposition.Run(_grid.Columns, _outputChannels, sums, _width, output + (nint)t * _outputWidth, (nint)_outputHeight * _outputWidth);
            else
                SubPixels.Spread(_grid, t * _grid.Columns, _grid.Columns, sums, _width, _outputChannels, output, _outputHeight, _outputWidth);
        }
    }
}
