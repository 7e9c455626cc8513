namespace BioLearn.Onnx.Graph;

/// <summary>Pools.</summary>
internal sealed partial class GraphReader
{
    private void ReadMaxPool(NodeReader node)
    {
        CnnTensor input = ImageInput(node);
        if (node.Int("storage_order", 0) != 0) throw node.Error("storage_order must be 0 (row-major)");
        Window window = PoolWindow(node, input.Shape);
        (int height, int width) = WindowReader.OutputSize(node, window, input.Shape);
        AddWork(node, (double)window.KernelSize * input.Shape.Channels * height * width);
        NodeHead head = node.Head(input, Shape(node, input.Shape.Channels, height, width));
        AddNode(window.IsIdentity ? new IdentityNode(head) : new MaxPoolNode(head, window));
    }

    private void ReadGlobalMaxPool(NodeReader node)
    {
        CnnTensor input = ImageInput(node);
        NodeHead head = node.Head(input, new TensorShape(input.Shape.Channels, 1, 1));
        AddNode(new MaxPoolNode(head, new Window(input.Shape.Height, input.Shape.Width)));
    }

    private void ReadAveragePool(NodeReader node)
    {
        CnnTensor input = ImageInput(node);
        Window window = PoolWindow(node, input.Shape);
        if (window.DilationHeight != 1 || window.DilationWidth != 1) throw node.Error("dilated average pools cannot be reversed");
        (int height, int width) = WindowReader.OutputSize(node, window, input.Shape);
        AddWork(node, (double)window.KernelSize * input.Shape.Channels * height * width);
        NodeHead head = node.Head(input, Shape(node, input.Shape.Channels, height, width));
        if (window.IsIdentity) AddNode(new IdentityNode(head));
        else if (height == 1 && width == 1 && window == new Window(input.Shape.Height, input.Shape.Width, window.StrideHeight, window.StrideWidth)) AddNode(new GlobalAveragePoolNode(head));
        else AddNode(new AveragePoolNode(head, window, InverseCounts(node, window, input.Shape, height, width)));
    }

    private void ReadGlobalAveragePool(NodeReader node)
    {
        CnnTensor input = ImageInput(node);
        AddNode(new GlobalAveragePoolNode(node.Head(input, new TensorShape(input.Shape.Channels, 1, 1))));
    }

    private static Window PoolWindow(NodeReader node, TensorShape input)
    {
        Window window = WindowReader.Read(node, input, kernel: null);
        if (Math.Max(window.PadTop, window.PadBottom) >= window.SpanHeight || Math.Max(window.PadLeft, window.PadRight) >= window.SpanWidth)
            throw node.Error("its padding is as large as its window, so that a window could lie outside the image");
        return node.Int("ceil_mode", 0) != 0 ? WindowReader.WithCeil(window, input) : window;
    }

    // Padding named by the file counts if the file says so; what only ceil_mode adds never counts.
    private static float[] InverseCounts(NodeReader node, Window w, TensorShape input, int height, int width)
    {
        bool countPadding = node.Int("count_include_pad", 0) != 0;
        Window stated = WindowReader.Read(node, input, kernel: null);
        int top = countPadding ? w.PadTop : 0, left = countPadding ? w.PadLeft : 0;
        int bottom = countPadding ? stated.PadBottom : 0, right = countPadding ? stated.PadRight : 0;
        var inverse = new float[height * width];
        for (int i = 0; i < height; i++)
        {
            int rows = Covered(i * w.StrideHeight - w.PadTop, w.KernelHeight, -top, input.Height + bottom);
            for (int j = 0; j < width; j++)
            {
                int columns = Covered(j * w.StrideWidth - w.PadLeft, w.KernelWidth, -left, input.Width + right);
                inverse[i * width + j] = 1f / (rows * columns);
            }
        }
        return inverse;

        static int Covered(int start, int length, int from, int to) => Math.Min(start + length, to) - Math.Max(start, from);
    }
}
