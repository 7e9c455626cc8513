using BioLearn.Kernels.Elementwise;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tensors;
using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Forward;

/// <summary>Dense layer y = W x + b, rectified on request. All images meet the weights at once; each gets the bits that it would get alone.</summary>
internal sealed class DenseForward : ForwardOperator
{
    private readonly DenseNode _dense;
    private readonly bool _rectify;

    private DenseForward(DenseNode dense, bool rectify)
    {
        _dense = dense;
        _rectify = rectify;
    }

    public override bool IsBatched => true;

    public static DenseForward Of(DenseNode dense, CnnTensor output, bool rectify) => new(dense, rectify) { Reads = [dense.Input], Writes = output };

    public override void Run(in ForwardFrame frame) => RunBatch(1, frame.Read(Reads[0]), frame.Write(Writes), threads: 1);

    public override void RunBatch(int count, ReadOnlySpan<float> input, Span<float> output, int threads)
    {
        if (_rectify)
            Product<ReLU<float>>(count * _dense.Rows, input, output, threads);
        else
            Product<Identity<float>>(count * _dense.Rows, input, output, threads);
    }

    private void Product<TActivation>(int count, ReadOnlySpan<float> input, Span<float> output, int threads)
        where TActivation : struct, IUnaryOperator<float> => Gemm.Packed<float, TActivation>(
            new ReadOnlyMatrixSpan<float>(input, count, _dense.InputSize), _dense.Packed, new MatrixSpan<float>(output, count, _dense.OutputSize),
            1, 0, new Epilogue<float>(_dense.Bias), threads);
}
