namespace BioLearn.Onnx.Graph;

/// <summary>Constants that are moved, joined, picked and repeated.</summary>
internal sealed partial class ConstantFolder
{
    // The shape that two take together: aligned at the last axis, where they are equal or one of them is 1.
    private static int[] Common(NodeReader node, int[] a, int[] b)
    {
        int rank = Math.Max(a.Length, b.Length);
        var dims = new long[rank];
        for (int axis = 0; axis < rank; axis++)
        {
            int x = axis < rank - a.Length ? 1 : a[axis - rank + a.Length], y = axis < rank - b.Length ? 1 : b[axis - rank + b.Length];
            if (x != y && x != 1 && y != 1) throw node.Error($"combines constants of shape [{string.Join(',', a)}] and [{string.Join(',', b)}]");
            dims[axis] = x == 1 ? y : x;
        }
        return Dims(node, dims, Limits.ConstantValues);
    }

    // Where each value of the larger shape lies in the smaller.
    private static int[] Spread(int[] from, int[] to)
    {
        int[] own = Strides(from), strides = new int[to.Length];
        for (int axis = 0; axis < from.Length; axis++) strides[axis + to.Length - from.Length] = from[axis] == 1 ? 0 : own[axis];
        return Indices(to, strides, 0);
    }

    private static OnnxConstant Flattened(NodeReader node)
    {
        OnnxConstant a = node.Constant(0);
        int axis = node.Int("axis", 1, -a.Dims.Length, a.Dims.Length);
        int outer = a.Dims.Take(axis < 0 ? axis + a.Dims.Length : axis).Aggregate(1, (p, d) => p * d);
        return a.Reshaped([outer, outer == 0 ? 0 : a.Count / outer]);
    }

    private static OnnxConstant Squeezed(NodeReader node)
    {
        OnnxConstant a = node.Constant(0);
        long[] axes = node.List("axes", 1) ?? [.. Enumerable.Range(0, a.Dims.Length).Where(i => a.Dims[i] == 1).Select(i => (long)i)];
        int[] dropped = [.. axes.Select(x => Axis(node, x, a.Dims.Length))];
        if (dropped.Any(x => a.Dims[x] != 1)) throw node.Error($"removes axes of [{string.Join(',', a.Dims)}] that are not 1");
        return a.Reshaped([.. a.Dims.Where((_, i) => !dropped.Contains(i))]);
    }

    private static OnnxConstant Unsqueezed(NodeReader node)
    {
        OnnxConstant a = node.Constant(0);
        long[] axes = node.List("axes", 1) ?? throw node.Error("has no axes");
        int rank = a.Dims.Length + axes.Length;
        int[] added = [.. axes.Select(x => Axis(node, x, rank)).Distinct().Order()];
        if (rank > Limits.Rank || added.Length != axes.Length) throw node.Error($"adds axes [{string.Join(',', axes)}]");
        var dims = a.Dims.ToList();
        foreach (int axis in added) dims.Insert(axis, 1);
        return a.Reshaped([.. dims]);
    }

    private static OnnxConstant Transposed(NodeReader node)
    {
        OnnxConstant a = node.Constant(0);
        int rank = a.Dims.Length;
        int[] perm = node.Ints("perm")?.Select(p => Axis(node, p, rank)).ToArray() ?? [.. Enumerable.Range(0, rank).Reverse()];
        if (!perm.Order().SequenceEqual(Enumerable.Range(0, rank))) throw node.Error($"perm [{string.Join(',', perm)}] does not order {rank} axes");
        return Turned(a, perm);
    }

    /// <summary>A constant with its axes in another order.</summary>
    public static OnnxConstant Turned(OnnxConstant a, int[] perm)
    {
        int[] dims = [.. perm.Select(p => a.Dims[p])], strides = Strides(a.Dims);
        return a.Pick(dims, Indices(dims, [.. perm.Select(p => strides[p])], 0));
    }

    private static OnnxConstant Joined(NodeReader node)
    {
        OnnxConstant[] parts = [.. Enumerable.Range(0, node.InputCount).Select(node.Constant)];
        int rank = parts[0].Dims.Length, axis = Axis(node, node.Int("axis", 0), rank);
        if (parts.Any(p => p.Dims.Length != rank || p.Dims.Where((d, i) => i != axis && d != parts[0].Dims[i]).Any())) throw node.Error("joins constants of shapes that do not fit");
        int outer = parts[0].Dims.Take(axis).Aggregate(1, (p, d) => p * d);
        int[] dims = Dims(node, [.. parts[0].Dims.Select((d, i) => i == axis ? parts.Sum(p => (long)p.Dims[axis]) : d)], Limits.ConstantValues);
        if (!parts.All(p => p.IsFloat)) return new(dims, Woven(parts, outer, p => p.Longs));
        return new(dims, Woven(parts, outer, p => p.Floats));
    }

    private static T[] Woven<T>(OnnxConstant[] parts, int outer, Func<OnnxConstant, T[]> values)
    {
        T[][] sources = [.. parts.Select(values)];
        var result = new List<T>();
        for (int o = 0; o < outer; o++)
        {
            foreach (T[] source in sources) result.AddRange(source.AsSpan(source.Length / outer * o, source.Length / outer));
        }
        return [.. result];
    }

    private static OnnxConstant Gathered(NodeReader node)
    {
        OnnxConstant a = node.Constant(0), at = node.Constant(1);
        int axis = Axis(node, node.Int("axis", 0), a.Dims.Length), size = a.Dims[axis];
        int inner = a.Dims.Skip(axis + 1).Aggregate(1, (p, d) => p * d), outer = a.Dims.Take(axis).Aggregate(1, (p, d) => p * d);
        int[] chosen = [.. at.Longs.Select(i => i < -size || i >= size ? throw node.Error($"takes element {i} of {size}") : (int)(i < 0 ? i + size : i))];
        int[] dims = Dims(node, [.. a.Dims.Take(axis), .. at.Dims, .. a.Dims.Skip(axis + 1)], Math.Max(a.Count, Limits.FoldedValues));
        var indices = new List<int>();
        for (int o = 0; o < outer; o++)
        {
            foreach (int c in chosen) indices.AddRange(Enumerable.Range((o * size + c) * inner, inner));
        }
        return a.Pick(dims, [.. indices]);
    }

    private static OnnxConstant Sliced(NodeReader node)
    {
        OnnxConstant a = node.Constant(0);
        long[] starts = node.List("starts", 1) ?? throw node.Error("has no starts"), ends = node.List("ends", 2) ?? throw node.Error("has no ends");
        long[] axes = node.List("axes", 3) ?? [.. Enumerable.Range(0, starts.Length).Select(i => (long)i)];
        long[] steps = node.ConstantOrNull(4)?.Longs ?? [.. Enumerable.Repeat(1L, starts.Length)];
        if (ends.Length != starts.Length || axes.Length != starts.Length || steps.Length != starts.Length) throw node.Error("starts, ends, axes and steps differ in length");
        int[] dims = [.. a.Dims], strides = Strides(a.Dims);
        int offset = 0;
        for (int i = 0; i < starts.Length; i++)
        {
            int axis = Axis(node, axes[i], dims.Length);
            (int start, int step, int count) = GraphReader.SliceRange(node, starts[i], ends[i], steps[i], dims[axis]);
            offset += start * strides[axis];
            strides[axis] *= step;
            dims[axis] = count;
        }
        return a.Pick(dims, Indices(dims, strides, offset));
    }

    private static int[] ResolvedShape(NodeReader node, OnnxConstant a, long[] target)
    {
        long[] resolved = [.. target.Select((t, i) => t == 0 && i < a.Dims.Length ? a.Dims[i] : t)];
        int open = Array.IndexOf(resolved, -1L);
        if (open >= 0)
        {
            long known = resolved.Where((_, i) => i != open).Aggregate(1L, (p, d) => d is > 0 and <= int.MaxValue && p <= Limits.ConstantValues ? p * d : 0);
            resolved[open] = known == 0 ? 0 : a.Count / known;
        }
        bool fits = resolved.Length <= Limits.Rank && (a.Count > 0 || resolved.Length <= 1) && resolved.All(d => d is >= 0 and <= int.MaxValue) && resolved.Aggregate(1L, (p, d) => p <= Limits.ConstantValues ? p * d : p) == a.Count;
        return fits ? [.. resolved.Select(d => (int)d)] : throw node.Error($"cannot give {a.Count} values the shape [{string.Join(',', target)}]");
    }

    // What is computed for each image of a batch alike is held once.
    private static int[] Dims(NodeReader node, long[] dims, long most = Limits.FoldedValues)
    {
        dims = Array.ConvertAll(dims, d => d == OnnxConstant.Batch ? 1 : d);
        long count = 1;
        foreach (long d in dims)
        {
            if (d < 0) throw node.Error($"makes a constant of {d} values on an axis");
            if (d > most || (count *= d) > most) throw node.Error($"a constant of shape [{string.Join(',', dims)}] is too large");
        }
        return dims.Length <= Limits.Rank && (count > 0 || dims.Length <= 1) ? [.. dims.Select(d => (int)d)] : throw node.Error($"cannot make a constant of shape [{string.Join(',', dims)}]");
    }

    private static int Axis(NodeReader node, long axis, int rank) =>
        axis >= -rank && axis < rank ? (int)(axis < 0 ? axis + rank : axis) : throw node.Error($"axis {axis} is outside a constant of {rank} dimensions");

    private static int[] Strides(int[] dims)
    {
        var strides = new int[dims.Length];
        for (int i = dims.Length - 1, stride = 1; i >= 0; stride *= dims[i--]) strides[i] = stride;
        return strides;
    }

    private static int[] Indices(int[] dims, int[] strides, int offset)
    {
        var indices = new int[dims.Aggregate(1, (p, d) => p * d)];
        for (int i = 0; i < indices.Length; i++)
        {
            int at = offset, remaining = i;
            for (int axis = dims.Length - 1; axis >= 0; remaining /= dims[axis--]) at += remaining % dims[axis] * strides[axis];
            indices[i] = at;
        }
        return indices;
    }

    private static OnnxConstant Tiled(NodeReader node)
    {
        OnnxConstant a = node.Constant(0);
        long[] repeats = node.Constant(1).Longs;
        if (repeats.Length != a.Dims.Length) throw node.Error($"repeats [{string.Join(',', repeats)}] do not fit [{string.Join(',', a.Dims)}]");
        int[] dims = Dims(node, [.. a.Dims.Select((d, axis) => d * (repeats[axis] == OnnxConstant.Batch ? 1 : Math.Clamp(repeats[axis], -1, Limits.FoldedValues)))]), strides = Strides(a.Dims);
        var indices = new int[dims.Aggregate(1, (p, d) => p * d)];
        for (int i = 0; i < indices.Length; i++)
        {
            for (int axis = dims.Length - 1, rest = i; axis >= 0; rest /= dims[axis--]) indices[i] += rest % dims[axis] % a.Dims[axis] * strides[axis];
        }
        return a.Pick(dims, indices);
    }

    // Blocks of the updates written to where the indices say: masks of shifted windows.
    private static OnnxConstant Scattered(NodeReader node)
    {
        OnnxConstant a = node.Constant(0), at = node.Constant(1), updates = node.Constant(2);
        int depth = at.Dims.Length == 0 ? 0 : at.Dims[^1];
        int block = depth > 0 && depth <= a.Dims.Length ? a.Dims.Skip(depth).Aggregate(1, (p, d) => p * d) : 0;
        if (block == 0 || (long)at.Count / depth * block != updates.Count || node.Text("reduction", "none") != "none" || !(a.IsFloat == updates.IsFloat)) throw node.Error("its indices and updates do not fit");
        int[] source = [.. Enumerable.Range(0, a.Count)], strides = Strides(a.Dims);
        long[] indices = at.Longs;
        for (int i = 0; i < indices.Length / depth; i++)
        {
            int start = 0;
            for (int k = 0; k < depth; k++)
            {
                long index = indices[i * depth + k];
                if (index < -a.Dims[k] || index >= a.Dims[k]) throw node.Error($"writes to {index} of {a.Dims[k]}");
                start += (int)(index < 0 ? index + a.Dims[k] : index) * strides[k];
            }
            for (int k = 0; k < block; k++) source[start + k] = a.Count + i * block + k;
        }
        return a.IsFloat ? new(a.Dims, [.. Joint(a.Floats, updates.Floats, source)]) : new OnnxConstant(a.Dims, [.. Joint(a.Longs, updates.Longs, source)]);

        static T[] Joint<T>(T[] first, T[] second, int[] from) => Array.ConvertAll(from, i => i < first.Length ? first[i] : second[i - first.Length]);
    }
}
