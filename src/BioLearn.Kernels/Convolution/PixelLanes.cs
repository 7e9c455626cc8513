using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;

namespace BioLearn.Kernels.Convolution;

/// <summary>
/// A rectangle of output pixels, each a whole vector: weighted sums over taps, lane by lane. The lanes are planes, or neighbouring columns of one plane;
/// the taps of all pixels lie the same distances from the pixel. Each sum is one chain of multiply-adds in the order of the taps, however many
/// pixels are computed together.
/// </summary>
internal unsafe struct PixelLanes<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>What the first pixel reads, the weights, what sums start from, and the first pixel's result.</summary>
    public T* Input, Weights, Initial, Output;

    /// <summary>Pixels of a line, and their distances in input and output.</summary>
    public int Count;

    /// <inheritdoc cref="Count"/>
    public nint Step, OutputStep;

    /// <summary>Lines, and their distances in input and output.</summary>
    public int Lines;

    /// <inheritdoc cref="Lines"/>
    public nint LineStep, OutputLineStep;

    /// <summary>No line begins further away: the last one overlaps the one before.</summary>
    public nint LastLine;

    /// <summary>Taps, and for each where it reads and where its weight lies.</summary>
    public int Taps;

    /// <inheritdoc cref="Taps"/>
    public nint* Offsets, WeightOffsets;

    /// <summary>Taps that follow each other a pixel's step apart, so that neighbouring pixels share what they read; 1 where none do.</summary>
    public int Stretch;

    /// <summary>Whether negative sums become 0.</summary>
    public bool Rectify;

    /// <summary>output[p] = initial + Σ over taps of weight · input[p + tap] for all pixels.</summary>
    public readonly void Run<V>()
        where V : unmanaged, ILanes<V, T>
    {
        if (Count < 4 && Lines > Count && LastLine == nint.MaxValue)
            Turned().Pixels<V>();
        else
            Pixels<V>();
    }

    /// <summary>An edge, whose pixels go down instead of to the right.</summary>
    private readonly PixelLanes<T> Turned()
    {
        PixelLanes<T> edge = this;
        (edge.Count, edge.Step, edge.OutputStep, edge.Lines, edge.LineStep, edge.OutputLineStep) = (Lines, LineStep, OutputLineStep, Count, Step, OutputStep);
        edge.Stretch = 1;
        return edge;
    }

    private readonly void Pixels<V>()
        where V : unmanaged, ILanes<V, T>
    {
        // A remainder is computed together with finished pixels: the same bits again, in less time.
        int left = Count % 8, eights = Count < 8 ? 0 : Count / 8 + (left > (Stretch > 1 ? 0 : 4) ? 1 : 0);
        if (eights > 0)
        {
            switch (Stretch)
            {
                case 3: Threes<V>(eights); break;
                case 5: Fives<V>(eights); break;
                default: Ones<V>(eights); break;
            }
        }

        if (Count >= 8 && left is > 0 and <= 4 && Stretch == 1)
            Four<V>(Count - 4);
        else if (Count is >= 4 and < 8)
        {
            Four<V>(0);
            if (Count > 4) Four<V>(Count - 4);
        }
        else if (Count < 4)
            Single<V>();
    }

    /// <summary>Eight pixels at a time, tap by tap.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private readonly void Ones<V>(int eights)
        where V : unmanaged, ILanes<V, T>
    {
        nint step = Step, step2 = 2 * step, step3 = 3 * step, step4 = 4 * step;
        nint* offsets = Offsets, weightOffsets = WeightOffsets;
        T* weights = Weights;
        int taps = Taps;
        for (int line = 0; line < Lines; line++)
        {
            for (int block = 0; block < eights; block++)
            {
                nint pixel = Math.Min(block * 8, Count - 8);
                T* from = Input + Math.Min(line * LineStep, LastLine) + pixel * step, to = Output + Math.Min(line * OutputLineStep, LastLine) + pixel * OutputStep;
                V c0 = V.Load(Initial), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0;
                for (int t = 0; t < taps; t++)
                {
                    V f = V.Load(weights + weightOffsets[t]);
                    T* p = from + offsets[t], q = p + step4;
                    c0 = V.MultiplyAdd(f, V.Load(p), c0);
                    c1 = V.MultiplyAdd(f, V.Load(p + step), c1);
                    c2 = V.MultiplyAdd(f, V.Load(p + step2), c2);
                    c3 = V.MultiplyAdd(f, V.Load(p + step3), c3);
                    c4 = V.MultiplyAdd(f, V.Load(q), c4);
                    c5 = V.MultiplyAdd(f, V.Load(q + step), c5);
                    c6 = V.MultiplyAdd(f, V.Load(q + step2), c6);
                    c7 = V.MultiplyAdd(f, V.Load(q + step3), c7);
                }

                if (Rectify)
                {
                    V floor = V.Zero;
                    (c0, c1, c2, c3) = (V.Max(c0, floor), V.Max(c1, floor), V.Max(c2, floor), V.Max(c3, floor));
                    (c4, c5, c6, c7) = (V.Max(c4, floor), V.Max(c5, floor), V.Max(c6, floor), V.Max(c7, floor));
                }

                V.Store(c0, to);
                V.Store(c1, to + OutputStep);
                V.Store(c2, to + 2 * OutputStep);
                V.Store(c3, to + 3 * OutputStep);
                to += 4 * OutputStep;
                V.Store(c4, to);
                V.Store(c5, to + OutputStep);
                V.Store(c6, to + 2 * OutputStep);
                V.Store(c7, to + 3 * OutputStep);
            }
        }
    }

    /// <summary>Eight pixels at a time, three taps: ten vectors are read for 24 multiply-adds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private readonly void Threes<V>(int eights)
        where V : unmanaged, ILanes<V, T>
    {
        nint step = Step, step2 = 2 * step, step3 = 3 * step, step4 = 4 * step;
        nint* offsets = Offsets, weightOffsets = WeightOffsets;
        T* weights = Weights;
        int taps = Taps;
        for (int line = 0; line < Lines; line++)
        {
            for (int block = 0; block < eights; block++)
            {
                nint pixel = Math.Min(block * 8, Count - 8);
                T* from = Input + Math.Min(line * LineStep, LastLine) + pixel * step, to = Output + Math.Min(line * OutputLineStep, LastLine) + pixel * OutputStep;
                V c0 = V.Load(Initial), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0;
                for (int t = 0; t < taps; t += 3)
                {
                    V f = V.Load(weights + weightOffsets[t]), g = V.Load(weights + weightOffsets[t + 1]), h = V.Load(weights + weightOffsets[t + 2]);
                    T* p = from + offsets[t], q = p + step4, r = q + step4;
                    V x = V.Load(p);
                    c0 = V.MultiplyAdd(f, x, c0);
                    x = V.Load(p + step);
                    c1 = V.MultiplyAdd(f, x, c1);
                    c0 = V.MultiplyAdd(g, x, c0);
                    x = V.Load(p + step2);
                    c2 = V.MultiplyAdd(f, x, c2);
                    c1 = V.MultiplyAdd(g, x, c1);
                    c0 = V.MultiplyAdd(h, x, c0);
                    x = V.Load(p + step3);
                    c3 = V.MultiplyAdd(f, x, c3);
                    c2 = V.MultiplyAdd(g, x, c2);
                    c1 = V.MultiplyAdd(h, x, c1);
                    x = V.Load(q);
                    c4 = V.MultiplyAdd(f, x, c4);
                    c3 = V.MultiplyAdd(g, x, c3);
                    c2 = V.MultiplyAdd(h, x, c2);
                    x = V.Load(q + step);
                    c5 = V.MultiplyAdd(f, x, c5);
                    c4 = V.MultiplyAdd(g, x, c4);
                    c3 = V.MultiplyAdd(h, x, c3);
                    x = V.Load(q + step2);
                    c6 = V.MultiplyAdd(f, x, c6);
                    c5 = V.MultiplyAdd(g, x, c5);
                    c4 = V.MultiplyAdd(h, x, c4);
                    x = V.Load(q + step3);
                    c7 = V.MultiplyAdd(f, x, c7);
                    c6 = V.MultiplyAdd(g, x, c6);
                    c5 = V.MultiplyAdd(h, x, c5);
                    x = V.Load(r);
                    c7 = V.MultiplyAdd(g, x, c7);
                    c6 = V.MultiplyAdd(h, x, c6);
                    x = V.Load(r + step);
                    c7 = V.MultiplyAdd(h, x, c7);
                }

                if (Rectify)
                {
                    V floor = V.Zero;
                    (c0, c1, c2, c3) = (V.Max(c0, floor), V.Max(c1, floor), V.Max(c2, floor), V.Max(c3, floor));
                    (c4, c5, c6, c7) = (V.Max(c4, floor), V.Max(c5, floor), V.Max(c6, floor), V.Max(c7, floor));
                }

                V.Store(c0, to);
                V.Store(c1, to + OutputStep);
                V.Store(c2, to + 2 * OutputStep);
                V.Store(c3, to + 3 * OutputStep);
                to += 4 * OutputStep;
                V.Store(c4, to);
                V.Store(c5, to + OutputStep);
                V.Store(c6, to + 2 * OutputStep);
                V.Store(c7, to + 3 * OutputStep);
            }
        }
    }

    /// <summary>Eight pixels at a time, five taps: twelve vectors are read for 40 multiply-adds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private readonly void Fives<V>(int eights)
        where V : unmanaged, ILanes<V, T>
    {
        nint step = Step, step2 = 2 * step, step3 = 3 * step, step4 = 4 * step;
        nint* offsets = Offsets, weightOffsets = WeightOffsets;
        T* weights = Weights;
        int taps = Taps;
        for (int line = 0; line < Lines; line++)
        {
            for (int block = 0; block < eights; block++)
            {
                nint pixel = Math.Min(block * 8, Count - 8);
                T* from = Input + Math.Min(line * LineStep, LastLine) + pixel * step, to = Output + Math.Min(line * OutputLineStep, LastLine) + pixel * OutputStep;
                V c0 = V.Load(Initial), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0;
                for (int t = 0; t < taps; t += 5)
                {
                    V f = V.Load(weights + weightOffsets[t]), g = V.Load(weights + weightOffsets[t + 1]), h = V.Load(weights + weightOffsets[t + 2]), i = V.Load(weights + weightOffsets[t + 3]), j = V.Load(weights + weightOffsets[t + 4]);
                    T* p = from + offsets[t], q = p + step4, r = q + step4;
                    V x = V.Load(p);
                    c0 = V.MultiplyAdd(f, x, c0);
                    x = V.Load(p + step);
                    c1 = V.MultiplyAdd(f, x, c1);
                    c0 = V.MultiplyAdd(g, x, c0);
                    x = V.Load(p + step2);
                    c2 = V.MultiplyAdd(f, x, c2);
                    c1 = V.MultiplyAdd(g, x, c1);
                    c0 = V.MultiplyAdd(h, x, c0);
                    x = V.Load(p + step3);
                    c3 = V.MultiplyAdd(f, x, c3);
                    c2 = V.MultiplyAdd(g, x, c2);
                    c1 = V.MultiplyAdd(h, x, c1);
                    c0 = V.MultiplyAdd(i, x, c0);
                    x = V.Load(q);
                    c4 = V.MultiplyAdd(f, x, c4);
                    c3 = V.MultiplyAdd(g, x, c3);
                    c2 = V.MultiplyAdd(h, x, c2);
                    c1 = V.MultiplyAdd(i, x, c1);
                    c0 = V.MultiplyAdd(j, x, c0);
                    x = V.Load(q + step);
                    c5 = V.MultiplyAdd(f, x, c5);
                    c4 = V.MultiplyAdd(g, x, c4);
                    c3 = V.MultiplyAdd(h, x, c3);
                    c2 = V.MultiplyAdd(i, x, c2);
                    c1 = V.MultiplyAdd(j, x, c1);
                    x = V.Load(q + step2);
                    c6 = V.MultiplyAdd(f, x, c6);
                    c5 = V.MultiplyAdd(g, x, c5);
                    c4 = V.MultiplyAdd(h, x, c4);
                    c3 = V.MultiplyAdd(i, x, c3);
                    c2 = V.MultiplyAdd(j, x, c2);
                    x = V.Load(q + step3);
                    c7 = V.MultiplyAdd(f, x, c7);
                    c6 = V.MultiplyAdd(g, x, c6);
                    c5 = V.MultiplyAdd(h, x, c5);
                    c4 = V.MultiplyAdd(i, x, c4);
                    c3 = V.MultiplyAdd(j, x, c3);
                    x = V.Load(r);
                    c7 = V.MultiplyAdd(g, x, c7);
                    c6 = V.MultiplyAdd(h, x, c6);
                    c5 = V.MultiplyAdd(i, x, c5);
                    c4 = V.MultiplyAdd(j, x, c4);
                    x = V.Load(r + step);
                    c7 = V.MultiplyAdd(h, x, c7);
                    c6 = V.MultiplyAdd(i, x, c6);
                    c5 = V.MultiplyAdd(j, x, c5);
                    x = V.Load(r + step2);
                    c7 = V.MultiplyAdd(i, x, c7);
                    c6 = V.MultiplyAdd(j, x, c6);
                    x = V.Load(r + step3);
                    c7 = V.MultiplyAdd(j, x, c7);
                }

                if (Rectify)
                {
                    V floor = V.Zero;
                    (c0, c1, c2, c3) = (V.Max(c0, floor), V.Max(c1, floor), V.Max(c2, floor), V.Max(c3, floor));
                    (c4, c5, c6, c7) = (V.Max(c4, floor), V.Max(c5, floor), V.Max(c6, floor), V.Max(c7, floor));
                }

                V.Store(c0, to);
                V.Store(c1, to + OutputStep);
                V.Store(c2, to + 2 * OutputStep);
                V.Store(c3, to + 3 * OutputStep);
                to += 4 * OutputStep;
                V.Store(c4, to);
                V.Store(c5, to + OutputStep);
                V.Store(c6, to + 2 * OutputStep);
                V.Store(c7, to + 3 * OutputStep);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private readonly void Four<V>(int pixel)
        where V : unmanaged, ILanes<V, T>
    {
        nint step = Step, step2 = 2 * step, step3 = 3 * step;
        nint* offsets = Offsets, weightOffsets = WeightOffsets;
        int taps = Taps;
        for (int line = 0; line < Lines; line++)
        {
            T* from = Input + Math.Min(line * LineStep, LastLine) + pixel * step, to = Output + Math.Min(line * OutputLineStep, LastLine) + pixel * OutputStep;
            V c0 = V.Load(Initial), c1 = c0, c2 = c0, c3 = c0;
            for (int t = 0; t < taps; t++)
            {
                V f = V.Load(Weights + weightOffsets[t]);
                T* p = from + offsets[t];
                c0 = V.MultiplyAdd(f, V.Load(p), c0);
                c1 = V.MultiplyAdd(f, V.Load(p + step), c1);
                c2 = V.MultiplyAdd(f, V.Load(p + step2), c2);
                c3 = V.MultiplyAdd(f, V.Load(p + step3), c3);
            }

            if (Rectify)
            {
                V floor = V.Zero;
                (c0, c1, c2, c3) = (V.Max(c0, floor), V.Max(c1, floor), V.Max(c2, floor), V.Max(c3, floor));
            }

            V.Store(c0, to);
            V.Store(c1, to + OutputStep);
            V.Store(c2, to + 2 * OutputStep);
            V.Store(c3, to + 3 * OutputStep);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private readonly void Single<V>()
        where V : unmanaged, ILanes<V, T>
    {
        nint* offsets = Offsets, weightOffsets = WeightOffsets;
        int taps = Taps;
        for (int line = 0; line < Lines; line++)
        {
            for (int pixel = 0; pixel < Count; pixel++)
            {
                T* from = Input + Math.Min(line * LineStep, LastLine) + pixel * Step;
                V sum = V.Load(Initial);
                for (int t = 0; t < taps; t++) sum = V.MultiplyAdd(V.Load(Weights + weightOffsets[t]), V.Load(from + offsets[t]), sum);
                V.Store(Rectify ? V.Max(sum, V.Zero) : sum, Output + Math.Min(line * OutputLineStep, LastLine) + pixel * OutputStep);
            }
        }
    }
}
