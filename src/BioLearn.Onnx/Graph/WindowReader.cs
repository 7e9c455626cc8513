namespace BioLearn.Onnx.Graph;

/// <summary>Reads kernel, strides, dilations and padding of a node, and resolves auto_pad and ceil_mode to explicit padding.</summary>
internal static class WindowReader
{
    private static readonly long[] Ones = [1, 1];

    /// <summary>Window of a convolution or pool over <paramref name="input"/>.</summary>
    public static Window Read(NodeReader node, TensorShape input, (int Height, int Width)? kernel)
    {
        (int kh, int kw) = Kernel(node, kernel);
        long[] s = Sizes(node, "strides", 2, 1) ?? Ones, d = Sizes(node, "dilations", 2, 1) ?? Ones;
        var window = new Window(kh, kw, (int)s[0], (int)s[1], (int)d[0], (int)d[1]);
        CheckSpan(node, window);
        (int top, int bottom, int left, int right) = node.Text("auto_pad", "NOTSET") switch
        {
            "NOTSET" or "" => Explicit(node),
            "VALID" => default,
            "SAME_UPPER" => Same(window, input, upper: true),
            "SAME_LOWER" => Same(window, input, upper: false),
            var other => throw node.Error($"auto_pad \"{other}\" is unknown"),
        };
        return window with { PadTop = top, PadBottom = bottom, PadLeft = left, PadRight = right };
    }

    /// <summary>
    /// The same window with padding behind for a last window that hangs over the edge (ceil_mode). A window that would
    /// start beyond the input and its padding in front is not one.
    /// </summary>
    public static Window WithCeil(Window w, TensorShape input)
    {
        return w with
        {
            PadBottom = w.PadBottom + Overhang(input.Height, w.SpanHeight, w.StrideHeight, w.PadTop, w.PadBottom),
            PadRight = w.PadRight + Overhang(input.Width, w.SpanWidth, w.StrideWidth, w.PadLeft, w.PadRight),
        };

        static int Overhang(int size, int span, int stride, int before, int behind)
        {
            int free = size + before + behind - span;
            if (free < 0) return 0;
            int last = (free + stride - 1) / stride;
            if (last * stride >= size + before) last--;
            return Math.Max(0, last * stride - free);
        }
    }

    public static (int Height, int Width) OutputSize(NodeReader node, Window w, TensorShape input)
    {
        int freeHeight = input.Height + w.PadTop + w.PadBottom - w.SpanHeight, freeWidth = input.Width + w.PadLeft + w.PadRight - w.SpanWidth;
        return freeHeight >= 0 && freeWidth >= 0
            ? (freeHeight / w.StrideHeight + 1, freeWidth / w.StrideWidth + 1)
            : throw node.Error($"a window of {w.SpanHeight}x{w.SpanWidth} does not fit into {input.Height}x{input.Width}: the input image is too small");
    }

    /// <summary>Window and output size of a transposed convolution.</summary>
    public static (Window Window, int Height, int Width) ReadTransposed(NodeReader node, TensorShape input, (int, int) kernel)
    {
        (int kh, int kw) = Kernel(node, kernel);
        long[] s = Sizes(node, "strides", 2, 1) ?? Ones, d = Sizes(node, "dilations", 2, 1) ?? Ones;
        long[] extra = Sizes(node, "output_padding", 2, 0) ?? [0, 0];
        var window = new Window(kh, kw, (int)s[0], (int)s[1], (int)d[0], (int)d[1]);
        CheckSpan(node, window);
        string auto = node.Text("auto_pad", "NOTSET");
        if (auto is not ("NOTSET" or "" or "VALID" or "SAME_UPPER" or "SAME_LOWER")) throw node.Error($"auto_pad \"{auto}\" is unknown");
        long[]? wanted = Sizes(node, "output_shape", 2, 1);
        if (auto.StartsWith("SAME", StringComparison.Ordinal)) wanted ??= [(long)input.Height * s[0], (long)input.Width * s[1]];
        long fullHeight = (input.Height - 1L) * s[0] + window.SpanHeight + extra[0], fullWidth = (input.Width - 1L) * s[1] + window.SpanWidth + extra[1];
        if (Math.Max(fullHeight, fullWidth) > Limits.ActivationValues) throw node.Error($"its output would be {fullHeight}x{fullWidth}");
        (int top, int bottom, int left, int right) = wanted is null ? Explicit(node) : Split(wanted, fullHeight, fullWidth, auto == "SAME_UPPER");
        window = window with { PadTop = top, PadBottom = bottom, PadLeft = left, PadRight = right };
        return wanted is null
            ? (window, (int)fullHeight - top - bottom, (int)fullWidth - left - right)
            : (window, (int)wanted[0], (int)wanted[1]);
    }

    private static (int, int, int, int) Split(long[] wanted, long fullHeight, long fullWidth, bool upper)
    {
        int height = (int)Math.Max(0, fullHeight - wanted[0]), width = (int)Math.Max(0, fullWidth - wanted[1]);
        int top = upper ? height / 2 : height - height / 2, left = upper ? width / 2 : width - width / 2;
        return (top, height - top, left, width - left);
    }

    private static (int Height, int Width) Kernel(NodeReader node, (int Height, int Width)? fromWeights)
    {
        long[]? kernel = Sizes(node, "kernel_shape", 2, 1);
        if (fromWeights is not { } w) return kernel is null ? throw node.Error("has no kernel_shape") : ((int)kernel[0], (int)kernel[1]);
        return kernel is null || (kernel[0] == w.Height && kernel[1] == w.Width)
            ? w
            : throw node.Error($"kernel_shape is {kernel[0]}x{kernel[1]} but the weights are {w.Height}x{w.Width}");
    }

    private static (int, int, int, int) Explicit(NodeReader node)
    {
        long[] p = Sizes(node, "pads", 4, 0) ?? [0, 0, 0, 0];
        return ((int)p[0], (int)p[2], (int)p[1], (int)p[3]);
    }

    private static (int, int, int, int) Same(Window w, TensorShape input, bool upper)
    {
        (int top, int bottom) = Axis(input.Height, w.SpanHeight, w.StrideHeight);
        (int left, int right) = Axis(input.Width, w.SpanWidth, w.StrideWidth);
        return (top, bottom, left, right);

        (int, int) Axis(int size, int span, int stride)
        {
            int total = Math.Max(0, ((size + stride - 1) / stride - 1) * stride + span - size);
            int smaller = total / 2;
            return upper ? (smaller, total - smaller) : (total - smaller, smaller);
        }
    }

    private static long[]? Sizes(NodeReader node, string attribute, int length, int min)
    {
        if (node.Ints(attribute) is not { } values || (values.Length == 0 && attribute != "kernel_shape")) return null;
        if (values.Length != length) throw node.Error($"{attribute} has {values.Length} values; {length} are needed: only two-dimensional networks can be reversed");
        return values.All(v => v >= min && v <= Limits.WindowSize) ? values : throw node.Error($"{attribute} is [{string.Join(',', values)}]; {min} to {Limits.WindowSize} are possible");
    }

    private static void CheckSpan(NodeReader node, Window w)
    {
        if ((w.KernelHeight - 1L) * w.DilationHeight >= Limits.WindowSize || (w.KernelWidth - 1L) * w.DilationWidth >= Limits.WindowSize)
            throw node.Error($"a kernel of {w.KernelHeight}x{w.KernelWidth} with dilation {w.DilationHeight}x{w.DilationWidth} is too large");
    }
}
