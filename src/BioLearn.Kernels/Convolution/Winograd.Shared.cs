using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tensors;
using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Convolution;

/// <summary>
/// One picture on several threads. Where there are many blocks of tiles each thread takes some from beginning to end; where there are few, and
/// weights are what is read most, threads share a block's sixteen products. A tile's bits are the same either way.
/// </summary>
internal sealed unsafe partial class Winograd<T>
{
    private struct SharedPicture : IVectorKernel<T>
    {
        public Winograd<T> Owner;
        public int Threads;
        public T* Input, Bias, Output;
        public T Floor;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public readonly void Invoke<V>()
            where V : unmanaged, ILanes<V, T>
        {
            var o = Owner;
            int tiles = o._tileRows * o._tileColumns, blocks = Partitioner.Pieces(tiles, o._blockTiles);
            var part = new Part<V>
            {
                Owner = o,
                Bias = Bias,
                Floor = Floor,
                Output = Output,
                Block = ScratchMemory<T>.Take(ScratchUse.Input, o._padding.Length),
                Picture = ScratchMemory<T>.Take(ScratchUse.Picture, (nint)4 * tiles * o._width),
            };
            o._padding.Fill(Input, part.Block, Threads);
            if (blocks >= 2 * Threads)
            {
                blocks = Partitioner.Pieces(blocks, Threads) * Threads;
                part.Do = Step.Block;
                Partitioner.For(tiles, Partitioner.Pieces(tiles, blocks), Threads, ref part);
            }
            else
            {
                int most = Partitioner.Pieces(tiles, blocks);
                part.Take(most);
                for (part.First = 0; part.First < tiles; part.First += most)
                {
                    part.Count = Math.Min(most, tiles - part.First);
                    Share(ref part, Step.TransformInput, part.Count, Threads);
                    Share(ref part, Step.Multiply, Products, Threads);
                    Share(ref part, Step.TransformOutput, part.Count, Threads);
                }
            }

            Share(ref part, Step.Write, o._outputHeight, Threads);
        }

        private static void Share<V>(ref Part<V> part, Step step, int count, int threads)
            where V : unmanaged, ILanes<V, T>
        {
            part.Do = step;
            Partitioner.For(count, Partitioner.Pieces(count, threads), threads, ref part);
        }
    }

    private enum Step
    {
        /// <summary>Some tiles, from their input to their output.</summary>
        Block,

        /// <summary>The input of some tiles of a block.</summary>
        TransformInput,

        /// <summary>Some of a block's products.</summary>
        Multiply,

        /// <summary>The output of some tiles of a block.</summary>
        TransformOutput,

        /// <summary>Some rows of the result.</summary>
        Write,
    }

    private struct Part<V> : IRangeJob
        where V : unmanaged, ILanes<V, T>
    {
        public Winograd<T> Owner;
        public Step Do;
        public T* Bias, Output, Block, Picture;
        public T Floor;
        public int First, Count;
        private T* _transformed, _products;
        private nint _inputPart, _outputPart;

        /// <summary>Room for so many tiles, of the calling thread.</summary>
        public void Take(int tiles)
        {
            // A few numbers more than needed, so that the sixteen parts do not fall on the same lines of the cache.
            (_inputPart, _outputPart) = ((nint)tiles * Owner._inputChannels + 48, (nint)tiles * Owner._width + 48);
            _transformed = ScratchMemory<T>.Take(ScratchUse.TransformedInput, Products * _inputPart);
            _products = ScratchMemory<T>.Take(ScratchUse.TransformedOutput, Products * _outputPart);
        }

        public readonly void Invoke(int piece, int begin, int end)
        {
            var o = Owner;
            switch (Do)
            {
                case Step.Block:
                    Part<V> own = this;
                    own.Take(end - begin);
                    o.TransformInput<V>(Block, begin, end - begin, own._transformed, own._inputPart);
                    o.Multiply<V>(0, Products, end - begin, own._transformed, own._inputPart, own._products, own._outputPart);
                    o.TransformOutput<V>(own._products, own._outputPart, begin, end - begin, Bias, Floor, Picture);
                    break;
                case Step.TransformInput:
                    o.TransformInput<V>(Block, First + begin, end - begin, _transformed + (nint)begin * o._inputChannels, _inputPart);
                    break;
                case Step.Multiply:
                    o.Multiply<V>(begin, end, Count, _transformed, _inputPart, _products, _outputPart);
                    break;
                case Step.TransformOutput:
                    o.TransformOutput<V>(_products + (nint)begin * o._width, _outputPart, First + begin, end - begin, Bias, Floor, Picture);
                    break;
                default:
                    o.Write(Picture, Output, begin, end);
                    break;
            }
        }
    }
}
